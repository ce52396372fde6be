ALTER TABLE tasks ADD CONSTRAINT sensible CHECK (updated_at >= created_at);
-- finds:
