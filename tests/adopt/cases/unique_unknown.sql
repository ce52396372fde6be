ALTER TABLE tasks ADD UNIQUE (user_id, title);
-- finds:
-- [constraint_kept]
-- note: constraint "tasks_user_id_title_key" is unknown to the revisions; it stays
-- detail: UNIQUE (user_id, title)
--     the new code must satisfy it too
-- hint: nothing has to be done; if you want to:
--     ALTER TABLE public.tasks DROP CONSTRAINT tasks_user_id_title_key;
