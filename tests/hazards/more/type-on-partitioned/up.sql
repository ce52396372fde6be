ALTER TABLE metrics ALTER COLUMN value TYPE bigint;
