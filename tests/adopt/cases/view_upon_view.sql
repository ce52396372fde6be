CREATE VIEW open_tasks WITH (security_barrier) AS SELECT id, created_at FROM tasks;
CREATE VIEW a_counts AS SELECT count(*) FROM open_tasks;
-- finds:
