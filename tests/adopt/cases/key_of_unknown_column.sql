CREATE TABLE projects (id integer PRIMARY KEY);
ALTER TABLE tasks ADD COLUMN project_id integer REFERENCES projects;
-- finds:
