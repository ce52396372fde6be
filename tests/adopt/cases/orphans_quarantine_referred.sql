-- with: orphans=quarantine
-- by hand
UPDATE tasks SET user_id = 'gone' WHERE id = 1;
CREATE TABLE notes (task_id integer REFERENCES tasks ON DELETE CASCADE);
-- finds:
