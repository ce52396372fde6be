-- with: orphans=quarantine
UPDATE tasks SET user_id = 'gone' WHERE id = 1;
CREATE TABLE tasks_orphaned (LIKE tasks);
CREATE SCHEMA old;
-- finds:
-- [quarantine_exists]
-- block: "tasks_orphaned", where the rows would be moved to, is there already
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks_orphaned RENAME TO "tasks_orphaned_before";
