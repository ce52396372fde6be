ALTER TABLE tasks CLUSTER ON tasks_pkey;
