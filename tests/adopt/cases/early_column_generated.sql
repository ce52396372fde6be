-- by hand
ALTER TABLE tasks ADD COLUMN tags text[] GENERATED ALWAYS AS (string_to_array(title, ' ')) STORED;
-- finds:
