ALTER TABLE tasks ADD COLUMN tags varchar NOT NULL DEFAULT '';
UPDATE tasks SET tags = 'home,garden' WHERE id = 1;
-- finds:
-- [column_early_type]
-- block: column "tasks.tags" is character varying; the revision that adds it makes it text[]
-- detail: look at its values first; or rename it, and it stays beside the new one
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN tags DROP DEFAULT;
--     ALTER TABLE public.tasks ALTER COLUMN tags TYPE text[] USING string_to_array(tags, ',')::text[];
