CREATE INDEX CONCURRENTLY tasks_points_ix ON tasks (points);
