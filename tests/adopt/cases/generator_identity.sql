ALTER TABLE tasks ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE tasks_id_seq;
ALTER TABLE tasks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START 10);
INSERT INTO tasks (user_id, title, completed, created_at, updated_at) SELECT user_id, title, completed, created_at, updated_at FROM tasks;
DELETE FROM tasks WHERE id >= 10;
-- finds:
