DO $$ BEGIN ALTER TABLE "App Data"."Order Line" RENAME TO lines; END $$;
