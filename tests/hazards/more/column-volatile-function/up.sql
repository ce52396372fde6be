ALTER TABLE tasks ADD COLUMN code text DEFAULT make_code();
