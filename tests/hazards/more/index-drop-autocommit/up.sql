DROP INDEX IF EXISTS public.tasks_points_ix;
