ALTER TABLE tasks ADD COLUMN tags text[] NOT NULL DEFAULT '{}', ADD COLUMN due_date timestamptz;
-- finds:
-- [column_early]
-- note: column "tasks.due_date" is there already; the revision that adds it keeps it
-- detail: timestamp with time zone; undoing that revision keeps it too
--
-- [column_early]
-- note: column "tasks.tags" is there already; the revision that adds it keeps it
-- detail: text[]; undoing that revision keeps it too
