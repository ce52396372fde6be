ALTER TABLE tasks ALTER COLUMN points TYPE smallint;
