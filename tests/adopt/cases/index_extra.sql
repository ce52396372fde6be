CREATE INDEX ix_tasks_completed ON tasks (completed);
-- finds:
