ALTER TABLE tasks DROP COLUMN completed;
-- finds:
