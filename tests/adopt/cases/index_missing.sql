DROP INDEX ix_tasks_user_id;
-- finds:
