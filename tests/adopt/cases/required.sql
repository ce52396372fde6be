ALTER TABLE tasks ALTER COLUMN description SET DEFAULT '';
UPDATE tasks SET description = '' WHERE description IS NULL;
ALTER TABLE tasks ALTER COLUMN description SET NOT NULL;
-- finds:
-- [default_kept]
-- note: column "tasks.description" has a default that the revisions do not know; it stays
-- detail: ''::character varying
-- hint: nothing has to be done; if you want to:
--     ALTER TABLE public.tasks ALTER COLUMN description DROP DEFAULT;
--
-- [required]
-- repair: column "tasks.description" must be given, though the revisions make it optional
-- hint: adopt runs this:
--     ALTER TABLE public.tasks ALTER COLUMN description DROP NOT NULL;
