ALTER TABLE tasks ADD COLUMN priority integer NOT NULL DEFAULT 3;
-- finds:
-- [column_unknown]
-- note: column "tasks.priority" is unknown to the revisions; it stays
-- detail: integer
