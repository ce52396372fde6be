ALTER TABLE tasks ADD CONSTRAINT fk_tasks_user_id_user FOREIGN KEY (user_id) REFERENCES "user" (id) ON DELETE CASCADE;
-- finds:
