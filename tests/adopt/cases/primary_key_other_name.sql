ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
ALTER TABLE tasks ADD CONSTRAINT pk PRIMARY KEY (user_id, id);
-- finds:
-- [primary_key]
-- block: "tasks" has another primary key
-- detail: there: PRIMARY KEY (user_id, id)
--     expected: PRIMARY KEY (id)
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks DROP CONSTRAINT pk;
--     ALTER TABLE public.tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
