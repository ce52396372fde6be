ALTER TABLE tasks ALTER COLUMN description SET DEFAULT '';
UPDATE tasks SET description = '' WHERE description IS NULL;
ALTER TABLE tasks ALTER COLUMN description SET NOT NULL;
-- finds:
