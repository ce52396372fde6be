CREATE POLICY recent ON tasks FOR SELECT TO better_auth USING (created_at > '2026-01-01');
-- finds:
-- [dependant]
-- block: policy "recent on public.tasks" depends on "tasks.created_at", whose type changes
-- detail: PostgreSQL refuses to change it under that; made again, it meets the new type, for which its expressions may have to change
-- hint: run this, or decide otherwise, and examine again:
--     DROP POLICY recent ON public.tasks;
--     -- and when the database is adopted:
--     CREATE POLICY recent ON public.tasks FOR SELECT TO better_auth USING ((created_at > '2026-01-01 00:00:00'::timestamp without time zone));
