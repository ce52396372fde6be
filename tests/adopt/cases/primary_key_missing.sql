ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
-- finds:
