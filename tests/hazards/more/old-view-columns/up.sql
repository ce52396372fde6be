CREATE TABLE tasks_new (id bigint PRIMARY KEY, title text);
INSERT INTO tasks_new SELECT id, title FROM tasks;
DROP TABLE tasks;
ALTER TABLE tasks_new RENAME TO tasks;
