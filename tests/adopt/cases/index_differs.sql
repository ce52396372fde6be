DROP INDEX ix_tasks_user_id;
CREATE UNIQUE INDEX ix_tasks_user_id ON tasks (user_id, title);
-- finds:
