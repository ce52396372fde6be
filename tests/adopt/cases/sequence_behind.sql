INSERT INTO tasks SELECT 17, user_id, title, NULL, false, created_at, updated_at FROM tasks WHERE id = 1;
-- finds:
