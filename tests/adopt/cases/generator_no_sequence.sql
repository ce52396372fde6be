ALTER TABLE tasks ALTER COLUMN id SET DEFAULT (random() * 1000000)::integer;
-- finds:
