ALTER TABLE tasks RENAME CONSTRAINT tasks_pkey TO pk_tasks;
-- finds:
-- [renamed]
-- repair: constraint "pk_tasks" is called "tasks_pkey" by the revisions
-- detail: PRIMARY KEY (id)
-- hint: adopt runs this:
--     ALTER TABLE public.tasks RENAME CONSTRAINT pk_tasks TO tasks_pkey;
