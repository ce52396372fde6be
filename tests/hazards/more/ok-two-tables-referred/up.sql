CREATE TABLE a (task_id bigint REFERENCES tasks);
CREATE TABLE b (owner_id bigint REFERENCES owners);
