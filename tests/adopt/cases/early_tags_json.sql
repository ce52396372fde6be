ALTER TABLE tasks ADD COLUMN tags json NOT NULL DEFAULT '[]';
UPDATE tasks SET tags = '["home", "garden"]' WHERE id = 1;
-- finds:
