ALTER TABLE tasks ALTER COLUMN note TYPE varchar(6);
