-- as: superuser
ALTER TABLE tasks OWNER TO postgres;
-- finds:
-- [not_owner]
-- block: table "tasks" belongs to "postgres", and role "migrator" may not alter it
-- detail: an administrator has to run this
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks OWNER TO migrator;
