ALTER TABLE tasks ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE tasks_id_seq;
-- finds:
-- [generator]
-- repair: "tasks.id" gets its values from nowhere, not from the sequence of the first revision
-- hint: adopt runs this:
--     CREATE SEQUENCE public.tasks_id_seq AS integer OWNED BY public.tasks.id;
--     ALTER TABLE public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
--     SELECT setval('public.tasks_id_seq', greatest((SELECT coalesce(max(id), 0) FROM public.tasks), 0) + 1, false);
