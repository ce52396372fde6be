ALTER TABLE tasks ADD COLUMN day date GENERATED ALWAYS AS (created_at::date) STORED;
-- finds:
