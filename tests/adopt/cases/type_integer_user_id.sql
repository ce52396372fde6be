UPDATE tasks SET user_id = 1;
ALTER TABLE tasks ALTER COLUMN user_id TYPE integer USING user_id::integer;
-- finds:
