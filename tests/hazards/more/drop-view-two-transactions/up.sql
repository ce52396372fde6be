DROP VIEW open_tasks;
CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE NOT done;
