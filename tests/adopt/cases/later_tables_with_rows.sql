CREATE TABLE conversations (id serial CONSTRAINT pk_conversations PRIMARY KEY, user_id varchar NOT NULL);
INSERT INTO conversations (user_id) VALUES ('x'), ('y');
-- finds:
