DROP VIEW titles;
ALTER TABLE tasks ALTER COLUMN title TYPE text;
CREATE VIEW titles AS SELECT title FROM tasks;
