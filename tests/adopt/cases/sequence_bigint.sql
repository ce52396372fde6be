ALTER SEQUENCE tasks_id_seq AS bigint CACHE 5;
-- finds:
