ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
ALTER TABLE tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (user_id, id);
-- finds:
-- [constraint_differs]
-- block: constraint "tasks_pkey" of "tasks" is another one
-- detail: there: PRIMARY KEY (user_id, id)
--     expected: PRIMARY KEY (id)
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks DROP CONSTRAINT tasks_pkey;
--     ALTER TABLE public.tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
