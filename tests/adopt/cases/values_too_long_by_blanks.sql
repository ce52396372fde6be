-- by hand
ALTER TABLE tasks ALTER COLUMN title TYPE text;
UPDATE tasks SET title = 'x' || repeat(' ', 200) WHERE id = 1;
-- finds:
