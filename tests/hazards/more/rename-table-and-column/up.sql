ALTER TABLE tasks RENAME TO todos;
ALTER TABLE todos RENAME COLUMN title TO headline;
