CREATE INDEX mv_ix ON per_task (points);
