DO $$ BEGIN IF EXISTS (SELECT FROM tasks WHERE points = 7) THEN RAISE EXCEPTION 'clean up first'; END IF; END $$;
