ALTER TABLE tasks ADD COLUMN level small;
