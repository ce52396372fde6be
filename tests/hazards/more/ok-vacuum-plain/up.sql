VACUUM tasks;
ANALYZE tasks;
