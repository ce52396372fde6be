CREATE FUNCTION set_app_user(user_id text) RETURNS void LANGUAGE sql AS 'SELECT';
-- finds:
-- [object_made_already]
-- block: function "set_app_user(pg_catalog.text)" would be made by a later revision, and is there already
-- hint: run this, or decide otherwise, and examine again:
--     DROP FUNCTION public.set_app_user(pg_catalog.text);
