ALTER TABLE kinds ALTER COLUMN weight TYPE bigint;
