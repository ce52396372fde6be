ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
ALTER TABLE tasks ADD CONSTRAINT pk PRIMARY KEY (user_id, id);
-- finds:
