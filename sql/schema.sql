-- The schema at head, revision e5d3907b1c46, to read: a database gets it by the revisions.
-- Beside it stand the tables of others (better_auth.sql); the roles in its grants are made by the
-- revisions. Rendered by `make sql`: never edited.

CREATE FUNCTION public.set_app_user(user_id text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF coalesce(user_id, '') = '' THEN
        RAISE EXCEPTION 'user id must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE pg_catalog.format('SET LOCAL app.user_id = %L', user_id);
END
$$;

COMMENT ON FUNCTION public.set_app_user(user_id text)
    IS 'Say on whose behalf the rest of the transaction runs.';

CREATE TABLE public.conversations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id character varying NOT NULL,
    title character varying(200),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.conversations IS 'One thread of messages, owned by exactly one user.';

COMMENT ON COLUMN public.conversations.id
    IS 'Version 7 when the client makes it, so that a retry is recognised.';

COMMENT ON COLUMN public.conversations.user_id
    IS 'Owner: a Better Auth user. Deleting the user deletes it too.';

COMMENT ON COLUMN public.conversations.title IS 'What it is about, up to 200 characters.';

COMMENT ON COLUMN public.conversations.created_at IS 'When it began.';

COMMENT ON COLUMN public.conversations.updated_at
    IS 'When a message was last appended or the title last changed.';

CREATE TABLE public.messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    conversation_id uuid NOT NULL,
    user_id character varying NOT NULL,
    role character varying(20) NOT NULL,
    content text NOT NULL,
    tool_calls jsonb,
    agent_name character varying(50),
    agent_icon character varying(10),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_messages_content_length CHECK ((char_length(content) <= 10000)),
    CONSTRAINT ck_messages_role CHECK (((role)::text = ANY ((ARRAY['user'::character varying, 'assistant'::character varying, 'system'::character varying])::text[])))
);

COMMENT ON TABLE public.messages
    IS 'One thing said in a conversation by the user, the assistant or the system.';

COMMENT ON COLUMN public.messages.id
    IS 'Version 7 when the client makes it, so that a retry is recognised.';

COMMENT ON COLUMN public.messages.conversation_id
    IS 'Thread that it belongs to. Deleting the thread deletes it too.';

COMMENT ON COLUMN public.messages.user_id
    IS 'Owner of the conversation, repeated so that every query filters on it.';

COMMENT ON COLUMN public.messages.role IS 'Who speaks: user, assistant or system.';

COMMENT ON COLUMN public.messages.content
    IS 'What was said, up to 10000 characters; may be empty beside tool calls.';

COMMENT ON COLUMN public.messages.tool_calls
    IS 'Tools that the assistant called: a JSON array of objects.';

COMMENT ON COLUMN public.messages.agent_name IS 'Which agent answered.';

COMMENT ON COLUMN public.messages.agent_icon
    IS 'Its emoji, up to 10 code points: the longest standard one has as many.';

COMMENT ON COLUMN public.messages.created_at
    IS 'When it was said. History is read in the order of (created_at, id).';

CREATE TABLE public.tasks (
    id integer NOT NULL,
    user_id character varying NOT NULL,
    title character varying(200) NOT NULL,
    description character varying,
    completed boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    due_date timestamp with time zone,
    CONSTRAINT ck_tasks_title_not_empty CHECK (((title)::text <> ''::text))
);

COMMENT ON TABLE public.tasks IS 'One thing to do, owned by exactly one user.';

COMMENT ON COLUMN public.tasks.id IS 'Number of the task, from the sequence that Phase II made.';

COMMENT ON COLUMN public.tasks.user_id
    IS 'Owner: a Better Auth user. Deleting the user deletes it too.';

COMMENT ON COLUMN public.tasks.title IS 'What to do, 1 to 200 characters.';

COMMENT ON COLUMN public.tasks.description IS 'Anything more there is to say.';

COMMENT ON COLUMN public.tasks.completed IS 'Done or not.';

COMMENT ON COLUMN public.tasks.created_at IS 'When the task was written down.';

COMMENT ON COLUMN public.tasks.updated_at IS 'When the task last changed.';

COMMENT ON COLUMN public.tasks.tags
    IS 'Labels that the user chose; none is an empty array, never NULL.';

COMMENT ON COLUMN public.tasks.due_date IS 'When it should be done; NULL means whenever.';

CREATE SEQUENCE public.tasks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;

ALTER TABLE ONLY public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT pk_conversations PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT pk_messages PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT uq_conversations_user_id_id UNIQUE (user_id, id);

CREATE INDEX ix_conversations_user_id_updated_at ON public.conversations
    USING btree (user_id, updated_at DESC, id DESC);

CREATE INDEX ix_messages_conversation_id_created_at ON public.messages
    USING btree (conversation_id, created_at, id);

CREATE INDEX ix_messages_created_at ON public.messages USING btree (created_at NULLS FIRST);

CREATE INDEX ix_messages_user_id_conversation_id ON public.messages
    USING btree (user_id, conversation_id);

CREATE INDEX ix_tasks_due_date ON public.tasks USING btree (due_date) WHERE (due_date IS NOT NULL);

CREATE INDEX ix_tasks_tags ON public.tasks USING gin (tags);

CREATE INDEX ix_tasks_user_id ON public.tasks USING btree (user_id);

CREATE INDEX ix_tasks_user_id_completed ON public.tasks USING btree (user_id, completed);

CREATE INDEX ix_tasks_user_id_due_date ON public.tasks
    USING btree (user_id, due_date)
    WHERE (due_date IS NOT NULL);

CREATE STATISTICS public.st_messages_user_id_conversation_id (dependencies) ON conversation_id, user_id
    FROM public.messages;

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT fk_conversations_user_id_user
        FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_user_id_conversation_id_conversations
        FOREIGN KEY (user_id, conversation_id)
            REFERENCES public.conversations(user_id, id)
            ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_user_id_user
        FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;

CREATE POLICY app_maintenance_delete ON public.messages FOR DELETE TO app_maintenance USING (true);

CREATE POLICY app_maintenance_select ON public.conversations FOR SELECT TO app_maintenance
    USING (true);

CREATE POLICY app_maintenance_select ON public.messages FOR SELECT TO app_maintenance USING (true);

CREATE POLICY app_maintenance_select ON public.tasks FOR SELECT TO app_maintenance USING (true);

CREATE POLICY app_readonly_select ON public.conversations FOR SELECT TO app_readonly
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_readonly_select ON public.messages FOR SELECT TO app_readonly
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_readonly_select ON public.tasks FOR SELECT TO app_readonly
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_delete ON public.conversations FOR DELETE TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_delete ON public.tasks FOR DELETE TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_insert ON public.conversations FOR INSERT TO app_user
    WITH CHECK (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_insert ON public.messages FOR INSERT TO app_user
    WITH CHECK (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_insert ON public.tasks FOR INSERT TO app_user
    WITH CHECK (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_select ON public.conversations FOR SELECT TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_select ON public.messages FOR SELECT TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_select ON public.tasks FOR SELECT TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_update ON public.conversations FOR UPDATE TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)))
    WITH CHECK (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

CREATE POLICY app_user_update ON public.tasks FOR UPDATE TO app_user
    USING (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)))
    WITH CHECK (((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting)));

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO app_user;

GRANT USAGE ON SCHEMA public TO app_readonly;

GRANT USAGE ON SCHEMA public TO app_maintenance;

REVOKE ALL ON FUNCTION public.set_app_user(user_id text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.set_app_user(user_id text) TO app_user;

GRANT ALL ON FUNCTION public.set_app_user(user_id text) TO app_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO app_user;

GRANT SELECT ON TABLE public.conversations TO app_readonly;

GRANT SELECT ON TABLE public.conversations TO app_maintenance;

GRANT SELECT,INSERT ON TABLE public.messages TO app_user;

GRANT SELECT ON TABLE public.messages TO app_readonly;

GRANT SELECT,DELETE ON TABLE public.messages TO app_maintenance;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tasks TO app_user;

GRANT SELECT ON TABLE public.tasks TO app_readonly;

GRANT SELECT ON TABLE public.tasks TO app_maintenance;

GRANT USAGE ON SEQUENCE public.tasks_id_seq TO app_user;

ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC;
