ALTER TABLE tasks ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE tasks_id_seq AS bigint;
-- finds:
-- [sequence_type]
-- repair: sequence "tasks_id_seq" is bigint and becomes integer
-- hint: adopt runs this:
--     ALTER SEQUENCE public.tasks_id_seq AS integer;
--
-- [type_differs]
-- block: column "tasks.id" is bigint, expected integer
-- detail: the revisions and the code take it for integer; converting it rewrites the table, and what its values mean is yours to say
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN id TYPE integer USING id::integer;
