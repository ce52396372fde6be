-- as: superuser
ALTER TABLE tasks OWNER TO postgres;
-- finds:
