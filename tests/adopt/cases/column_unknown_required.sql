ALTER TABLE tasks ADD COLUMN priority integer;
UPDATE tasks SET priority = 1;
ALTER TABLE tasks ALTER COLUMN priority SET NOT NULL;
-- finds:
-- [column_unknown_required]
-- block: column "tasks.priority" is unknown to the revisions, and must be given
-- detail: integer NOT NULL without a default: every INSERT of the new code would fail
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN priority SET DEFAULT 0;
