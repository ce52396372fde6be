-- by hand
ALTER TABLE tasks DROP COLUMN title;
-- finds:
