DROP VIEW open_tasks;
CREATE VIEW open_tasks AS SELECT id FROM tasks WHERE NOT done;
