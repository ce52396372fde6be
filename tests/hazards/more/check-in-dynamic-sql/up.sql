DO $x$ DECLARE t text := 'tasks'; BEGIN EXECUTE format('ALTER TABLE %I ADD CHECK (points < 1000)', t); END $x$;
