-- by hand
UPDATE tasks SET user_id = ' ' || user_id WHERE id = 1;
UPDATE tasks SET user_id = 'Bob@Example.com' WHERE id = 3;
INSERT INTO tasks (user_id, title, completed, created_at, updated_at) VALUES (upper(repeat('a', 32)), 'x', false, '2026-01-01', '2026-01-01'), ('', 'x', false, '2026-01-01', '2026-01-01'), ('gone', 'x', false, '2026-01-01', '2026-01-01'), ('gone', 'x', false, '2026-01-01', '2026-01-01');
-- finds:
