ALTER TABLE tasks ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE tasks_id_seq;
ALTER TABLE tasks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START 10);
INSERT INTO tasks (user_id, title, completed, created_at, updated_at) SELECT user_id, title, completed, created_at, updated_at FROM tasks;
DELETE FROM tasks WHERE id >= 10;
-- finds:
-- [generator]
-- repair: "tasks.id" gets its values from an identity, not from the sequence of the first revision
-- hint: adopt runs this:
--     ALTER TABLE public.tasks ALTER COLUMN id DROP IDENTITY;
--     CREATE SEQUENCE public.tasks_id_seq AS integer OWNED BY public.tasks.id;
--     ALTER TABLE public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
--     SELECT setval('public.tasks_id_seq', greatest((SELECT coalesce(max(id), 0) FROM public.tasks), 12) + 1, false);
