REINDEX INDEX tasks_points_ix;
