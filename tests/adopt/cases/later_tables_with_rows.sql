CREATE TABLE conversations (id serial CONSTRAINT pk_conversations PRIMARY KEY, user_id varchar NOT NULL);
INSERT INTO conversations (user_id) VALUES ('x'), ('y');
-- finds:
-- [made_already]
-- block: "conversations" would be made by a later revision, and is there already
-- detail: create_all or somebody's SQL made it, not always as the revision does; when the database is adopted, copy the rows back
--     "conversations": 2 rows, 7 differences
--     - table column public.conversations.created_at: missing (default now(); not null yes; type timestamp with time zone)
--     - table column public.conversations.id: default is nextval('public.conversations_id_seq'::regclass), expected gen_random_uuid()
--     - table column public.conversations.id: type is integer, expected uuid
--     - table column public.conversations.title: missing (not null no; type character varying(200))
--     - table column public.conversations.updated_at: missing (default now(); not null yes; type timestamp with time zone)
--     … and 2 more
-- hint: run this, or decide otherwise, and examine again:
--     CREATE SCHEMA before_adoption;
--     ALTER TABLE public.conversations SET SCHEMA before_adoption;
