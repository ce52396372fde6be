DO $$ BEGIN ALTER TABLE tasks ADD COLUMN lang text; EXECUTE 'UPDATE tasks SET lang = ''en'''; END $$;
