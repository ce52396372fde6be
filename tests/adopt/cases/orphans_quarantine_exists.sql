-- with: orphans=quarantine
UPDATE tasks SET user_id = 'gone' WHERE id = 1;
CREATE TABLE tasks_orphaned (LIKE tasks);
CREATE SCHEMA old;
-- finds:
