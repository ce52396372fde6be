ALTER TABLE tasks ALTER COLUMN id DROP DEFAULT;
ALTER SEQUENCE tasks_id_seq OWNED BY NONE;
-- finds:
-- [generator_unknown]
-- block: "tasks.id" gets its values from nowhere, and "tasks_id_seq" is taken
-- detail: revisions name that sequence
-- hint: run this, or decide otherwise, and examine again:
--     ALTER SEQUENCE public.tasks_id_seq RENAME TO tasks_id_seq_unused;
