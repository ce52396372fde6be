-- by hand
ALTER TABLE tasks ALTER COLUMN title TYPE text;
UPDATE tasks SET title = repeat('x', 201) WHERE id = 1;
-- finds:
