CREATE VIEW titles AS SELECT id, title FROM tasks;
-- finds:
