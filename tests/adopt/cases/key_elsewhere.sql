CREATE TABLE users (id varchar PRIMARY KEY);
INSERT INTO users SELECT DISTINCT user_id FROM tasks;
ALTER TABLE tasks ADD CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
-- finds:
-- [foreign_key_elsewhere]
-- block: "tasks_user_id_fkey" points at "users", not at "user"
-- detail: ids of "users" mean nothing in "user": replace them, then examine again for those that are left
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks DROP CONSTRAINT tasks_user_id_fkey;
