-- by hand
UPDATE tasks SET created_at = 'infinity', updated_at = '-infinity' WHERE id = 1;
-- finds:
-- [infinite_times]
-- block: an infinite time in "tasks.created_at", "tasks.updated_at": 1 row
-- detail: Python has no such time: reading one of these rows fails
-- hint: run this, or decide otherwise, and examine again:
--     SELECT id FROM public.tasks WHERE NOT isfinite(created_at) OR NOT isfinite(updated_at);
--     -- UPDATE public.tasks SET created_at = … WHERE NOT isfinite(created_at)
--     -- UPDATE public.tasks SET updated_at = … WHERE NOT isfinite(updated_at)
