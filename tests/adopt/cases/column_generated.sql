-- by hand
ALTER TABLE tasks DROP COLUMN description;
ALTER TABLE tasks ADD COLUMN description varchar GENERATED ALWAYS AS (upper(title)) STORED;
-- finds:
