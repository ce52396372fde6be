ALTER TABLE tasks ALTER COLUMN id SET DEFAULT (random() * 1000000)::integer;
-- finds:
-- [generator_default]
-- block: "tasks.id" has a default that is no sequence
-- detail: there: ((random() * (1000000)::double precision))::integer
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
