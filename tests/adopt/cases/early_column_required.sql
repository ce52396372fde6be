ALTER TABLE tasks ADD COLUMN due_date timestamptz NOT NULL DEFAULT now();
-- finds:
-- repair: column "tasks.due_date" is there already, but not as the revision that adds it makes it
-- detail: default and NOT NULL are brought in line
-- hint: adopt runs this:
--     ALTER TABLE public.tasks ALTER COLUMN due_date DROP DEFAULT, ALTER COLUMN due_date DROP NOT NULL;
--
-- note: column "tasks.due_date" is there already; the revision that adds it keeps it
-- detail: timestamp with time zone; undoing that revision keeps it too
