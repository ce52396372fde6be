CREATE TABLE conversations (id serial PRIMARY KEY, user_id varchar NOT NULL);
CREATE TABLE messages (id serial PRIMARY KEY, conversation_id integer REFERENCES conversations);
-- finds:
