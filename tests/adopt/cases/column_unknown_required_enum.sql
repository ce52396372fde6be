CREATE TYPE priority AS ENUM ('low', 'high');
ALTER TABLE tasks ADD COLUMN priority priority DEFAULT 'low' NOT NULL;
ALTER TABLE tasks ALTER COLUMN priority DROP DEFAULT;
-- finds:
-- [column_unknown_required]
-- block: column "tasks.priority" is unknown to the revisions, and must be given
-- detail: public.priority NOT NULL without a default: every INSERT of the new code would fail
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN priority DROP NOT NULL;
