ALTER TABLE tasks ADD COLUMN due_date timestamptz NOT NULL DEFAULT now();
-- finds:
