LOCK TABLE tasks IN SHARE ROW EXCLUSIVE MODE;
CREATE INDEX tasks_cost_ix ON tasks (cost);
