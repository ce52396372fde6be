-- by hand
CREATE TABLE things (id integer);
ALTER TABLE tasks INHERIT things;
-- finds:
