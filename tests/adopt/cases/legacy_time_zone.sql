-- with: legacy_timezone=asia/karachi
SELECT;
-- finds:
-- [times_without_zone]
-- note: "tasks.created_at", "tasks.updated_at" have no time zone: the times are taken for Asia/Karachi
-- detail: as decided by --legacy-timezone; the table is rewritten, since every value changes
