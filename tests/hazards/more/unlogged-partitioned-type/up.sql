ALTER TABLE metrics ALTER COLUMN value TYPE text;
