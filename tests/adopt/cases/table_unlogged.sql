ALTER TABLE tasks SET UNLOGGED;
-- finds:
