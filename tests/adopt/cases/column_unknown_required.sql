ALTER TABLE tasks ADD COLUMN priority integer;
UPDATE tasks SET priority = 1;
ALTER TABLE tasks ALTER COLUMN priority SET NOT NULL;
-- finds:
