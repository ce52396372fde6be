DO $$ BEGIN EXECUTE 'DROP INDEX ' || quote_ident('tasks_points_ix'); END $$;
