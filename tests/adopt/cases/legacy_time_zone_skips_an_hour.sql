-- with: legacy_timezone=Europe/Berlin
UPDATE tasks SET created_at = '2026-03-29 02:30' WHERE id = 1;
-- finds:
-- [times_without_zone]
-- note: "tasks.created_at", "tasks.updated_at" have no time zone: the times are taken for Europe/Berlin
-- detail: as decided by --legacy-timezone; the table is rewritten, since every value changes
--
-- [no_such_hour]
-- note: 1 row of "tasks" with times that Europe/Berlin skipped when its clocks went forward
-- detail: in created_at, updated_at; each becomes one hour later, and stays so when undone
