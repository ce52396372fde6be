CREATE VIEW open_tasks AS SELECT id, title, created_at FROM tasks WHERE NOT completed;
GRANT SELECT ON open_tasks TO better_auth;
-- finds:
