ALTER SEQUENCE tasks_id_seq OWNED BY NONE;
-- finds:
-- [generator]
-- repair: "tasks.id" gets its values from "tasks_id_seq", which it does not own, not from the sequence of the first revision
-- hint: adopt runs this:
--     ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;
