-- Phase II without __tablename__: SQLModel called the table task.

CREATE TABLE public.task (
    id integer NOT NULL,
    user_id character varying NOT NULL,
    title character varying NOT NULL,
    description character varying,
    completed boolean NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.task_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.task_id_seq OWNED BY public.task.id;

ALTER TABLE ONLY public.task ALTER COLUMN id SET DEFAULT nextval('public.task_id_seq'::regclass);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

CREATE INDEX ix_task_completed ON public.task USING btree (completed);

CREATE INDEX ix_task_user_id ON public.task USING btree (user_id);

