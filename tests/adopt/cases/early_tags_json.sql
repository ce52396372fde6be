ALTER TABLE tasks ADD COLUMN tags json NOT NULL DEFAULT '[]';
UPDATE tasks SET tags = '["home", "garden"]' WHERE id = 1;
-- finds:
-- [column_early_type]
-- block: column "tasks.tags" is json; the revision that adds it makes it text[]
-- detail: look at its values first; or rename it, and it stays beside the new one
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ADD COLUMN tags_array text[];
--     UPDATE public.tasks SET tags_array = ARRAY(SELECT json_array_elements_text(tags));
--     ALTER TABLE public.tasks DROP COLUMN tags;
--     ALTER TABLE public.tasks RENAME COLUMN tags_array TO tags;
