CREATE SEQUENCE other OWNED BY tasks.title;
-- finds:
