CREATE INDEX metrics_value_ix ON metrics (value);
