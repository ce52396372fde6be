ALTER INDEX ix_tasks_user_id RENAME TO tasks_user_id_idx;
-- finds:
-- [renamed]
-- repair: index "tasks_user_id_idx" is called "ix_tasks_user_id" by the revisions
-- detail: CREATE INDEX tasks_user_id_idx ON public.tasks USING btree (user_id)
-- hint: adopt runs this:
--     ALTER INDEX public.tasks_user_id_idx RENAME TO ix_tasks_user_id;
