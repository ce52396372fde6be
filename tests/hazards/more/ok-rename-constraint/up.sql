ALTER TABLE tasks RENAME CONSTRAINT tasks_pkey TO pk_tasks;
