-- with: orphans=quarantine
UPDATE tasks SET user_id = 'gone' WHERE id = 1;
-- finds:
