ALTER TABLE tasks RENAME TO todos;
CREATE INDEX todos_ix ON todos (points);
UPDATE todos SET note = '';
