CREATE INDEX metrics_value_ix ON ONLY metrics (value);
