DO $$ BEGIN LOCK tasks; END $$;
