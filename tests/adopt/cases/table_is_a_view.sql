-- by hand
ALTER TABLE tasks RENAME TO todo;
CREATE VIEW tasks AS SELECT * FROM todo;
-- finds:
-- [not_a_table]
-- block: "tasks" is a view, not a table
-- hint: run this, or decide otherwise, and examine again:
--     ALTER VIEW public.tasks RENAME TO "tasks_view";
--     -- and give the table with the rows its name: ALTER TABLE … RENAME TO tasks
