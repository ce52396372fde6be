ALTER TABLE tasks ADD COLUMN tags text[], ADD COLUMN due_date timestamptz;
UPDATE tasks SET tags = '{home}', due_date = '2026-08-01 10:00+02' WHERE id = 1;
-- finds:
