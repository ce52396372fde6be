ALTER TABLE metrics_1 SET (autovacuum_enabled = off);
ALTER TABLE metrics ADD COLUMN a integer;
