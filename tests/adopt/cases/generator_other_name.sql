ALTER SEQUENCE tasks_id_seq RENAME TO task_id_seq;
-- finds:
