CREATE FUNCTION set_app_user(user_id text) RETURNS void LANGUAGE sql AS 'SELECT';
-- finds:
