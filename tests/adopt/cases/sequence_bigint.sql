ALTER SEQUENCE tasks_id_seq AS bigint CACHE 5;
-- finds:
-- [kept]
-- note: sequence "tasks_id_seq" differs from the first revision in "cache"; it stays
-- detail: 5
--
-- [sequence_type]
-- repair: sequence "tasks_id_seq" is bigint and becomes integer
-- hint: adopt runs this:
--     ALTER SEQUENCE public.tasks_id_seq AS integer;
