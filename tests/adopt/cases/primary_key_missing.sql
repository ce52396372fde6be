ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
-- finds:
-- [primary_key]
-- block: "tasks" has no primary key
-- detail: there: nothing
--     expected: PRIMARY KEY (id)
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
