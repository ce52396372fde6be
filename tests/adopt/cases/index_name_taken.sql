DROP INDEX ix_tasks_user_id;
CREATE TABLE other (a integer);
CREATE INDEX ix_tasks_user_id ON other (a);
-- finds:
-- [index_differs]
-- block: index "ix_tasks_user_id" is another one
-- detail: there: CREATE INDEX ix_tasks_user_id ON public.other USING btree (a)
--     expected: CREATE INDEX ix_tasks_user_id ON public.tasks USING btree (user_id)
-- hint: run this, or decide otherwise, and examine again:
--     ALTER INDEX public.ix_tasks_user_id RENAME TO "ix_tasks_user_id_old";
