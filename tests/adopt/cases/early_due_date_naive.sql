ALTER TABLE tasks ADD COLUMN due_date timestamp;
-- finds:
-- [column_early_type]
-- block: column "tasks.due_date" is timestamp without time zone; the revision that adds it makes it timestamp with time zone
-- detail: look at its values first; or rename it, and it stays beside the new one
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN due_date DROP DEFAULT;
--     ALTER TABLE public.tasks ALTER COLUMN due_date TYPE timestamp with time zone USING due_date::timestamp AT TIME ZONE 'UTC';
