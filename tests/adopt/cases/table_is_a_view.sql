-- by hand
ALTER TABLE tasks RENAME TO todo;
CREATE VIEW tasks AS SELECT * FROM todo;
-- finds:
