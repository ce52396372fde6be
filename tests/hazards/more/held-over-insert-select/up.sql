CREATE TABLE copies (task_id bigint REFERENCES tasks, title text);
INSERT INTO copies (title) SELECT title FROM tasks;
