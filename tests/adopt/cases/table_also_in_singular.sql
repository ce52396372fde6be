CREATE TABLE task (LIKE tasks);
-- finds:
-- [both_names]
-- block: "tasks" and "task" are both there, with the same columns
-- detail: the rows of one of them would be left behind, and only you know which
-- hint: run this, or decide otherwise, and examine again:
--     SELECT count(*) FROM public.tasks;
--     SELECT count(*) FROM public.task;
--     -- if nothing uses task any more:
--     ALTER TABLE public.task RENAME TO task_unused;
