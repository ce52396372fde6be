CREATE INDEX metrics_1_value_ix ON metrics_1 (value);
