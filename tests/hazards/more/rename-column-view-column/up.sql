ALTER VIEW open_tasks RENAME COLUMN title TO name;
