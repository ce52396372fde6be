-- as: superuser
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tasks_user_id'::regclass;
-- finds:
