-- as: superuser
CREATE INDEX extra ON tasks (title);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'extra'::regclass;
-- finds:
-- [index_invalid]
-- block: index "extra" is invalid: its build was interrupted
-- hint: run this, or decide otherwise, and examine again:
--     REINDEX INDEX CONCURRENTLY public.extra;
--     -- or, if nobody needs it: DROP INDEX CONCURRENTLY public.extra
