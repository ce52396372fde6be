ALTER TABLE tasks ADD COLUMN due_date date;
-- finds:
