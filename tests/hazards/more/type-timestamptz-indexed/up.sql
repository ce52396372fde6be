ALTER TABLE tasks ALTER COLUMN due TYPE timestamptz;
