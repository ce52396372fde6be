CREATE SCHEMA app;
ALTER TABLE tasks SET SCHEMA app;
-- finds:
-- [table_elsewhere]
-- block: "app.tasks" has the columns of "tasks", under another name
-- detail: the revisions and the code say "tasks"; renaming touches no row
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE app.tasks SET SCHEMA public;
