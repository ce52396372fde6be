-- as: superuser
ALTER DATABASE DATABASE OWNER TO postgres;
-- finds:
