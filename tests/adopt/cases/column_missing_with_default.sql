ALTER TABLE tasks DROP COLUMN completed;
-- finds:
-- [column_missing]
-- block: "tasks" has no column "completed"
-- detail: expected: boolean NOT NULL; if it has another name there, rename it
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ADD COLUMN completed boolean NOT NULL DEFAULT false;
--     ALTER TABLE public.tasks ALTER COLUMN completed DROP DEFAULT;
