CREATE VIEW open_tasks AS SELECT id, title, created_at FROM tasks WHERE NOT completed;
GRANT SELECT ON open_tasks TO better_auth WITH GRANT OPTION;
GRANT UPDATE ON open_tasks TO better_auth;
-- finds:
-- [dependant]
-- block: view "open_tasks" depends on "tasks.created_at", whose type changes
-- detail: PostgreSQL refuses to change it under that; made again, it meets the new type, for which its expressions may have to change
-- hint: run this, or decide otherwise, and examine again:
--     DROP VIEW public.open_tasks;
--     -- and when the database is adopted:
--     CREATE VIEW public.open_tasks AS
--     SELECT id,
--         title,
--         created_at
--        FROM public.tasks
--       WHERE (NOT completed);
--     ALTER VIEW public.open_tasks OWNER TO migrator;
--     GRANT UPDATE ON public.open_tasks TO better_auth;
--     GRANT SELECT ON public.open_tasks TO better_auth WITH GRANT OPTION;
