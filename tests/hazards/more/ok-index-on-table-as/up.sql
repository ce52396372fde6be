CREATE TABLE totals AS SELECT owner_id, sum(points) AS points FROM tasks GROUP BY 1;
CREATE INDEX totals_ix ON totals (owner_id);
