-- with: legacy_timezone=Europe/Berlin
UPDATE tasks SET created_at = '2026-03-29 02:30' WHERE id = 1;
-- finds:
