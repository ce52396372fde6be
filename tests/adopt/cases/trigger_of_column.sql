CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE OF created_at ON tasks FOR EACH ROW EXECUTE FUNCTION touch();
-- finds:
-- [dependant]
-- block: trigger "touch on public.tasks" depends on "tasks.created_at", whose type changes
-- detail: PostgreSQL refuses to change it under that; made again, it meets the new type, for which its expressions may have to change
-- hint: run this, or decide otherwise, and examine again:
--     DROP TRIGGER touch ON public.tasks;
--     -- and when the database is adopted:
--     CREATE TRIGGER touch BEFORE UPDATE OF created_at ON public.tasks FOR EACH ROW EXECUTE FUNCTION public.touch();
