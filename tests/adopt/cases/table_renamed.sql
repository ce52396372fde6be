ALTER TABLE tasks RENAME TO todo_items;
-- finds:
-- [table_elsewhere]
-- block: "todo_items" has the columns of "tasks", under another name
-- detail: the revisions and the code say "tasks"; renaming touches no row
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.todo_items RENAME TO tasks;
