CREATE SCHEMA app;
ALTER TABLE tasks SET SCHEMA app;
-- finds:
