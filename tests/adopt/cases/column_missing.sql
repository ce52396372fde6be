-- by hand
ALTER TABLE tasks DROP COLUMN title;
-- finds:
-- [column_missing]
-- block: "tasks" has no column "title"
-- detail: expected: character varying(200) NOT NULL; if it has another name there, rename it
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ADD COLUMN title character varying(200);
--     -- UPDATE public.tasks SET title = …
--     ALTER TABLE public.tasks ALTER COLUMN title SET NOT NULL;
