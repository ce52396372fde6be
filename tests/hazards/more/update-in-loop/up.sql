DO $$ DECLARE i bigint; BEGIN FOR i IN SELECT id FROM tasks LOOP UPDATE tasks SET note = 'x' WHERE id = i; END LOOP; END $$;
