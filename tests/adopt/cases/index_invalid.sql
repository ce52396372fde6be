-- as: superuser
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tasks_user_id'::regclass;
-- finds:
-- [index_invalid]
-- block: index "ix_tasks_user_id" is invalid: its build was interrupted
-- hint: run this, or decide otherwise, and examine again:
--     REINDEX INDEX CONCURRENTLY public.ix_tasks_user_id;
--     -- or, if nobody needs it: DROP INDEX CONCURRENTLY public.ix_tasks_user_id
