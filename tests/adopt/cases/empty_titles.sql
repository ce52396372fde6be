-- by hand
UPDATE tasks SET title = '' WHERE id < 3;
-- finds:
-- [breaks_check]
-- block: 2 rows of "tasks" against "ck_tasks_title_not_empty", which a later revision adds
-- detail: each row has to satisfy (((title)::text <> ''::text))
-- hint: run this, or decide otherwise, and examine again:
--     SELECT id FROM public.tasks WHERE NOT (((title)::text <> ''::text));
--     -- UPDATE public.tasks SET … WHERE NOT (((title)::text <> ''::text))
