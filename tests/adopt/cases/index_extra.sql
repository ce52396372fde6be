CREATE INDEX ix_tasks_completed ON tasks (completed);
-- finds:
-- [index_kept]
-- note: index "ix_tasks_completed" is unknown to the revisions; it stays
-- detail: CREATE INDEX ix_tasks_completed ON public.tasks USING btree (completed)
-- hint: nothing has to be done; if you want to:
--     DROP INDEX CONCURRENTLY public.ix_tasks_completed;
