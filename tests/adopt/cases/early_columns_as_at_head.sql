ALTER TABLE tasks ADD COLUMN tags text[] NOT NULL DEFAULT '{}', ADD COLUMN due_date timestamptz;
-- finds:
