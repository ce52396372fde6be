CREATE MATERIALIZED VIEW per_day AS SELECT created_at::date AS day, count(*) FROM tasks GROUP BY 1;
-- finds:
