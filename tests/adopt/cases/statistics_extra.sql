CREATE STATISTICS st ON user_id, completed FROM tasks;
-- finds:
-- [not_in_baseline]
-- note: statistics object "st" is not in the first revision; it stays
-- detail: columns completed, user_id; kinds ndistinct, dependencies, mcv; table public.tasks
