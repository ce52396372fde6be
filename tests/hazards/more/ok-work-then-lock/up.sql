SELECT count(*) FROM tasks;
ALTER TABLE owners ADD COLUMN a text;
