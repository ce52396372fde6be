CREATE INDEX visits_ms_ix ON visits (ms);
