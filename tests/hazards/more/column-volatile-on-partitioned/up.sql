ALTER TABLE metrics ADD COLUMN at timestamptz DEFAULT clock_timestamp();
