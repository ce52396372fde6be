-- as: superuser
CREATE INDEX extra ON tasks (title);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'extra'::regclass;
-- finds:
