ALTER TABLE tasks ADD COLUMN a integer;
ALTER TABLE owners ADD COLUMN b integer;
