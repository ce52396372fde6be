ALTER TABLE tasks ALTER COLUMN completed TYPE integer USING completed::integer;
-- finds:
