CREATE UNIQUE INDEX CONCURRENTLY tasks_points_uq ON tasks (points);
