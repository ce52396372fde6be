CREATE TABLE comments (id bigint PRIMARY KEY, task_id bigint REFERENCES tasks, owner_id bigint REFERENCES owners);
CREATE INDEX comments_task_ix ON comments (task_id);
