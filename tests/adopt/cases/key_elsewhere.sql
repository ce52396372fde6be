CREATE TABLE users (id varchar PRIMARY KEY);
INSERT INTO users SELECT DISTINCT user_id FROM tasks;
ALTER TABLE tasks ADD CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
-- finds:
