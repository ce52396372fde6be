ALTER TABLE owners ADD COLUMN a text;
SELECT count(*) FROM tasks;
