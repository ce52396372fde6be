ALTER TABLE tasks ADD COLUMN tags text[], ADD COLUMN due_date timestamptz;
UPDATE tasks SET tags = '{home}', due_date = '2026-08-01 10:00+02' WHERE id = 1;
-- finds:
-- [column_early]
-- note: column "tasks.due_date" is there already; the revision that adds it keeps it
-- detail: timestamp with time zone; undoing that revision keeps it too
--
-- [column_early_completed]
-- repair: column "tasks.tags" is there already, but not as the revision that adds it makes it
-- detail: default and NOT NULL are brought in line; NULLs filled with the default: 2
-- hint: adopt runs this:
--     UPDATE public.tasks SET tags = '{}'::text[] WHERE tags IS NULL;
--     ALTER TABLE public.tasks ALTER COLUMN tags SET DEFAULT '{}'::text[], ALTER COLUMN tags SET NOT NULL;
--
-- [column_early]
-- note: column "tasks.tags" is there already; the revision that adds it keeps it
-- detail: text[]; undoing that revision keeps it too
