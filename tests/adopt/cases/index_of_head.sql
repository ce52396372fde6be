CREATE INDEX ix_tasks_user_id_completed ON tasks (completed);
-- finds:
