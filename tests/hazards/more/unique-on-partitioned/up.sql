ALTER TABLE metrics ADD CONSTRAINT metrics_key UNIQUE (id, day);
