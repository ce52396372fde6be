INSERT INTO tasks SELECT 17, user_id, title, NULL, false, created_at, updated_at FROM tasks WHERE id = 1;
-- finds:
-- [sequence_behind]
-- repair: sequence "tasks_id_seq" is behind: an INSERT would meet a key that is there
-- detail: next value 4, largest key 17
-- hint: adopt runs this:
--     SELECT setval('public.tasks_id_seq', greatest((SELECT coalesce(max(id), 0) FROM public.tasks), 0) + 1, false);
