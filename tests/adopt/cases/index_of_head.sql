CREATE INDEX ix_tasks_user_id_completed ON tasks (completed);
-- finds:
-- [index_replaced]
-- repair: index "ix_tasks_user_id_completed" is dropped: a later revision builds it
-- detail: CREATE INDEX ix_tasks_user_id_completed ON public.tasks USING btree (completed)
-- hint: adopt runs this:
--     DROP INDEX public.ix_tasks_user_id_completed;
