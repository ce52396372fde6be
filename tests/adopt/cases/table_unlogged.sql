ALTER TABLE tasks SET UNLOGGED;
-- finds:
-- [kept]
-- note: sequence "tasks_id_seq" differs from the first revision in "unlogged"; it stays
-- detail: yes
--
-- [unlogged]
-- block: "tasks" is unlogged: a crash of the server empties it
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks SET LOGGED;
