-- by hand
ALTER TABLE tasks ALTER COLUMN completed DROP NOT NULL, ALTER COLUMN title DROP NOT NULL;
UPDATE tasks SET completed = NULL, title = NULL WHERE id = 1;
-- finds:
