ALTER TABLE tasks ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE tasks_id_seq AS bigint;
-- finds:
