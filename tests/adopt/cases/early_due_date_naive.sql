ALTER TABLE tasks ADD COLUMN due_date timestamp;
-- finds:
