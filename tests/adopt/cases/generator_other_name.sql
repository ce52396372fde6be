ALTER SEQUENCE tasks_id_seq RENAME TO task_id_seq;
-- finds:
-- [generator]
-- repair: "tasks.id" gets its values from "task_id_seq", not from the sequence of the first revision
-- hint: adopt runs this:
--     ALTER SEQUENCE public.task_id_seq RENAME TO tasks_id_seq;
--     ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;
