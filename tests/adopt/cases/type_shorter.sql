ALTER TABLE tasks ALTER COLUMN title TYPE varchar(100);
-- finds:
