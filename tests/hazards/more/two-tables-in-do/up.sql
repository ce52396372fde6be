DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['tasks', 'owners'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN tenant integer', t); END LOOP; END $$;
