-- as: superuser
CREATE PUBLICATION everything FOR TABLE tasks;
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;
-- finds:
