ALTER TABLE tasks ADD UNIQUE (owner_id, id);
