ALTER INDEX tasks_points_ix RENAME TO ix_tasks_points;
