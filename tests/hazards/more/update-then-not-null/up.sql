UPDATE tasks SET note = 'x' WHERE note <> 'x';
ALTER TABLE tasks ALTER COLUMN note SET NOT NULL;
