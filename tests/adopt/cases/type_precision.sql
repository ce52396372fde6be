ALTER TABLE tasks ALTER COLUMN created_at TYPE timestamp(3);
-- finds:
