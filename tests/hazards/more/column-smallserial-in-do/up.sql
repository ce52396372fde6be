DO $$ BEGIN ALTER TABLE tasks ADD COLUMN nr serial; END $$;
