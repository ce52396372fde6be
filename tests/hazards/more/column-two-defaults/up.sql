ALTER TABLE tasks ADD COLUMN state text DEFAULT 'new', ADD COLUMN dice double precision DEFAULT random();
