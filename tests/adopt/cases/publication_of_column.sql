-- as: superuser
CREATE PUBLICATION recent FOR TABLE tasks WHERE (created_at > '2026-01-01');
-- finds:
