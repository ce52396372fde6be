ALTER TABLE tasks ADD UNIQUE (user_id, title);
-- finds:
