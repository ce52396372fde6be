ALTER TABLE tasks ALTER COLUMN completed SET DEFAULT false, ALTER COLUMN created_at SET DEFAULT timezone('utc', now());
-- finds:
