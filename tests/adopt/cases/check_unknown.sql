ALTER TABLE tasks ADD CONSTRAINT sensible CHECK (updated_at >= created_at);
-- finds:
-- [constraint_kept]
-- note: constraint "sensible" is unknown to the revisions; it stays
-- detail: CHECK ((updated_at >= created_at))
--     the new code must satisfy it too
-- hint: nothing has to be done; if you want to:
--     ALTER TABLE public.tasks DROP CONSTRAINT sensible;
