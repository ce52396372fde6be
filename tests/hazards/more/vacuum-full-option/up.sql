VACUUM (FULL, ANALYZE) public.tasks;
