ALTER TABLE owners ALTER COLUMN mail TYPE citext;
