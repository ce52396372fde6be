ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_not_empty CHECK (title <> '');
-- finds:
-- [constraint_replaced]
-- repair: constraint "ck_tasks_title_not_empty" is dropped: a later revision adds it
-- detail: CHECK (((title)::text <> ''::text))
-- hint: adopt runs this:
--     ALTER TABLE public.tasks DROP CONSTRAINT ck_tasks_title_not_empty;
