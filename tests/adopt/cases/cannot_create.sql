-- as: superuser
ALTER DATABASE THIS_DATABASE OWNER TO postgres;
-- finds:
-- [cannot_create]
-- block: role "migrator" may not make tables in schema "public"
-- detail: the owner of the schema has to run this
-- hint: run this, or decide otherwise, and examine again:
--     GRANT USAGE, CREATE ON SCHEMA public TO migrator;
