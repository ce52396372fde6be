ALTER TABLE tasks ADD COLUMN a text;
SELECT slow();
