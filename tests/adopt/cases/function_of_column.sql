CREATE FUNCTION newest() RETURNS timestamp LANGUAGE sql BEGIN ATOMIC SELECT max(created_at) FROM tasks; END;
-- finds:
