DO $$ BEGIN ALTER TABLE tasks ALTER points TYPE numeric, ALTER due TYPE date; END $$;
