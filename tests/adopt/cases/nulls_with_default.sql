ALTER TABLE tasks ALTER COLUMN completed DROP NOT NULL;
UPDATE tasks SET completed = NULL WHERE id < 3;
-- finds:
-- [nulls]
-- block: column "tasks.completed" is NULL in 2 rows, and must not be
-- hint: run this, or decide otherwise, and examine again:
--     UPDATE public.tasks SET completed = false WHERE completed IS NULL;
