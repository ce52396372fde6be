ALTER SEQUENCE tasks_id_seq OWNED BY NONE;
-- finds:
