ALTER TABLE tasks DROP COLUMN description;
-- finds:
-- [column_missing]
-- block: "tasks" has no column "description"
-- detail: expected: character varying; if it has another name there, rename it
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ADD COLUMN description character varying;
