ALTER TABLE tasks ALTER COLUMN title TYPE text, ALTER COLUMN user_id TYPE text, ALTER COLUMN description TYPE varchar(1000);
-- finds:
