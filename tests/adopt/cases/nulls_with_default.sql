ALTER TABLE tasks ALTER COLUMN completed DROP NOT NULL;
UPDATE tasks SET completed = NULL WHERE id < 3;
-- finds:
