INSERT INTO tasks (id, title) SELECT id + 1000000, title FROM tasks;
