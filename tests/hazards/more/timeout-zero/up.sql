SET LOCAL lock_timeout = 0;
ALTER TABLE tasks ADD COLUMN a integer;
