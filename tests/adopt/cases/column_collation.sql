-- by hand
ALTER TABLE tasks ALTER COLUMN title TYPE varchar(200) COLLATE "C";
-- finds:
