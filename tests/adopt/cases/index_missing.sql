DROP INDEX ix_tasks_user_id;
-- finds:
-- [index_missing]
-- repair: index "ix_tasks_user_id" is missing
-- detail: nobody writes to the table (8192 bytes) while it is built
-- hint: adopt runs this:
--     CREATE INDEX ix_tasks_user_id ON public.tasks USING btree (user_id);
