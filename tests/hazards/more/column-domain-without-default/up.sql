ALTER TABLE tasks ADD COLUMN level positive;
