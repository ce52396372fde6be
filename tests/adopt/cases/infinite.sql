-- by hand
UPDATE tasks SET created_at = 'infinity', updated_at = '-infinity' WHERE id = 1;
-- finds:
