-- by hand
UPDATE tasks SET title = '' WHERE id < 3;
-- finds:
