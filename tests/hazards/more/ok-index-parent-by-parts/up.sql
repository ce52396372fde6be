CREATE INDEX metrics_value_ix ON ONLY metrics (value);
CREATE INDEX CONCURRENTLY m1_ix ON metrics_1 (value);
CREATE INDEX CONCURRENTLY m2_ix ON metrics_2 (value);
ALTER INDEX metrics_value_ix ATTACH PARTITION m1_ix;
ALTER INDEX metrics_value_ix ATTACH PARTITION m2_ix;
