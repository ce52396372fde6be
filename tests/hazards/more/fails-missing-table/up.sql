ALTER TABLE never_was ADD COLUMN a integer;
