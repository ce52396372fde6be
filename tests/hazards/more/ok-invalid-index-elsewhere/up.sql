CREATE INDEX CONCURRENTLY tasks_cost_ix ON tasks (cost);
