CREATE TYPE priority AS ENUM ('low', 'high');
ALTER TABLE tasks ADD COLUMN priority priority DEFAULT 'low' NOT NULL;
ALTER TABLE tasks ALTER COLUMN priority DROP DEFAULT;
-- finds:
