-- by hand
ALTER TABLE tasks ALTER COLUMN completed DROP NOT NULL, ALTER COLUMN title DROP NOT NULL;
UPDATE tasks SET completed = NULL, title = NULL WHERE id = 1;
-- finds:
-- [nulls]
-- block: column "tasks.completed" is NULL in 1 row, and must not be
-- hint: run this, or decide otherwise, and examine again:
--     UPDATE public.tasks SET completed = false WHERE completed IS NULL;
--
-- [nulls]
-- block: column "tasks.title" is NULL in 1 row, and must not be
-- hint: run this, or decide otherwise, and examine again:
--     -- UPDATE public.tasks SET title = … WHERE title IS NULL
