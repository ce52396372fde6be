CREATE TABLE task (LIKE tasks);
-- finds:
