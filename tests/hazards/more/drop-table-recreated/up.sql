DROP TABLE tasks;
CREATE TABLE tasks (id bigint PRIMARY KEY, title text);
