ALTER INDEX ix_tasks_user_id RENAME TO tasks_user_id_idx;
-- finds:
