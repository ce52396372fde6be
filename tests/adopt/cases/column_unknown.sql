ALTER TABLE tasks ADD COLUMN priority integer NOT NULL DEFAULT 3;
-- finds:
