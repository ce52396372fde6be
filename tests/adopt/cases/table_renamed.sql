ALTER TABLE tasks RENAME TO todo_items;
-- finds:
