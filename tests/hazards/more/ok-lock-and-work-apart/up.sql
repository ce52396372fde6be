ALTER TABLE tasks ADD COLUMN a text;
SELECT count(*) FROM tasks;
