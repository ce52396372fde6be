"""Changes of schema.sql in SQL, each with all its differences: "kind object[: attribute]"."""

Changes = dict[str, tuple[str, ...]]

_TASKS = "table public.tasks"
_COLUMN = "table column public.tasks"
_CHECK = "table constraint ck_tasks_status on public.tasks"
_TEAM = "table constraint fk_tasks_team on public.tasks"
_NAME = "table constraint teams_name_key on public.teams"
_DUE = "index public.ix_tasks_due"
_HOURS = "function public.hours(pg_catalog.text,numeric)"

TABLES: Changes = {
    "CREATE TABLE public.extra (id serial PRIMARY KEY, x text UNIQUE)": ("table public.extra",),
    "DROP TABLE public.tasks CASCADE": (
        "materialized view public.team_load",
        _TASKS,
        "view public.open_tasks",
    ),
    "ALTER TABLE public.tasks SET (fillfactor = 70)": (f"{_TASKS}: options",),
    "ALTER TABLE public.tasks SET (toast.autovacuum_enabled = off)": (f"{_TASKS}: toast options",),
    "ALTER TABLE public.events_2026 SET UNLOGGED": ("table public.events_2026: unlogged",),
    "ALTER TABLE public.tasks DISABLE ROW LEVEL SECURITY": (f"{_TASKS}: row security",),
    "ALTER TABLE public.tasks FORCE ROW LEVEL SECURITY": (f"{_TASKS}: row security forced",),
    "ALTER TABLE public.tasks REPLICA IDENTITY FULL": (f"{_TASKS}: replica identity",),
    "ALTER TABLE public.teams REPLICA IDENTITY USING INDEX uq_teams_code": (
        "index public.uq_teams_code: replica identity",
        "table public.teams: replica identity",
    ),
    "ALTER TABLE public.teams REPLICA IDENTITY USING INDEX teams_name_key": (
        "table public.teams: replica identity",
        f"{_NAME}: index replica identity",
    ),
    "ALTER TABLE public.tasks OWNER TO catalog_owner": (
        "sequence public.tasks_id_seq: owner",
        f"{_TASKS}: owner",
    ),
    "COMMENT ON TABLE public.tasks IS NULL": (f"{_TASKS}: comment",),
    "ALTER TABLE public.old_teams NO INHERIT public.teams": ("table public.old_teams: inherits",),
    "ALTER TABLE public.events DETACH PARTITION public.events_2026": (
        "index public.events_2026_body_idx: part of",
        "table public.events_2026: inherits",
        "table public.events_2026: partition bound",
        "table constraint events_2026_pkey on public.events_2026: part of",
        "trigger events_same on public.events_2026",
    ),
    "DROP TABLE public.events": ("table public.events",),
    "DROP TABLE public.events_2026": ("table public.events_2026",),
    "DROP SCHEMA ops": ("schema ops",),
    "COMMENT ON SCHEMA ops IS 'x'": ("schema ops: comment",),
}

COLUMNS: Changes = {
    "ALTER TABLE public.tasks ADD note text": (f"{_COLUMN}.note",),
    "ALTER TABLE public.tasks DROP due_at": (_DUE, f"{_COLUMN}.due_at"),
    "ALTER TABLE public.events DROP body": (
        "index public.ix_events_body",
        "table column public.events.body",
    ),
    "ALTER TABLE public.tasks RENAME mail TO post": (f"{_COLUMN}.mail", f"{_COLUMN}.post"),
    "ALTER TABLE public.tasks ALTER due_at TYPE timestamptz(0)": (f"{_COLUMN}.due_at: type",),
    "ALTER TABLE public.events ALTER body TYPE varchar(50)": (
        "table column public.events.body: type",
        "table column public.events_2026.body: type",
    ),
    "ALTER TABLE public.tasks ALTER title DROP NOT NULL": (f"{_COLUMN}.title: not null",),
    "ALTER TABLE public.tasks ALTER tags DROP DEFAULT": (f"{_COLUMN}.tags: default",),
    "ALTER TABLE public.tasks ALTER created_at SET DEFAULT CURRENT_TIMESTAMP": (
        f"{_COLUMN}.created_at: default",
    ),
    "ALTER TABLE public.tasks ALTER gross DROP EXPRESSION": (f"{_COLUMN}.gross: generated",),
    "ALTER TABLE public.teams ALTER id SET GENERATED ALWAYS": (
        "table column public.teams.id: identity",
    ),
    "ALTER TABLE public.teams ALTER id DROP IDENTITY": (
        "sequence public.teams_id_seq",
        "table column public.teams.id: identity",
    ),
    'ALTER TABLE public.teams ALTER code TYPE text COLLATE "C"': (
        "table column public.old_teams.code: collation",
        "table column public.teams.code: collation",
    ),
    "ALTER TABLE public.tasks ALTER tags SET STORAGE EXTERNAL": (f"{_COLUMN}.tags: storage",),
    "ALTER TABLE public.tasks ALTER tags SET COMPRESSION pglz": (f"{_COLUMN}.tags: compression",),
    "ALTER TABLE public.tasks ALTER status SET STATISTICS 500": (
        f"{_COLUMN}.status: statistics target",
    ),
    "ALTER TABLE public.tasks ALTER team_id SET (n_distinct = -0.5)": (
        f"{_COLUMN}.team_id: options",
    ),
    "COMMENT ON COLUMN public.tasks.title IS 'x'": (f"{_COLUMN}.title: comment",),
}

CONSTRAINTS: Changes = {
    "ALTER TABLE public.tasks DROP CONSTRAINT ck_tasks_status": (_CHECK,),
    "ALTER TABLE public.tasks DROP CONSTRAINT ck_tasks_status, ADD CONSTRAINT ck_tasks_status"
    " CHECK (status IN ('open', 'done')) NOT VALID": (f"{_CHECK}: validated",),
    "ALTER TABLE public.tasks DROP CONSTRAINT ck_tasks_status, ADD CONSTRAINT ck_tasks_status"
    " CHECK (status IN ('open', 'done')) NO INHERIT": (f"{_CHECK}: definition",),
    "ALTER TABLE public.tasks RENAME CONSTRAINT ck_tasks_status TO ck_status": (
        "table constraint ck_status on public.tasks",
        _CHECK,
    ),
    "ALTER TABLE public.tasks DROP CONSTRAINT fk_tasks_team, ADD CONSTRAINT fk_tasks_team"
    " FOREIGN KEY (team_id) REFERENCES public.teams ON DELETE CASCADE": (f"{_TEAM}: definition",),
    "ALTER TABLE public.tasks ALTER CONSTRAINT fk_tasks_team DEFERRABLE": (f"{_TEAM}: definition",),
    "ALTER TABLE public.tasks DROP CONSTRAINT tasks_pkey": (
        "table constraint tasks_pkey on public.tasks",
    ),
    "ALTER TABLE public.teams DROP CONSTRAINT teams_name_key;"
    " CREATE UNIQUE INDEX teams_name_key ON public.teams (name)": (
        "index public.teams_name_key",
        _NAME,
    ),
    "ALTER INDEX public.teams_name_key SET (fillfactor = 50)": (f"{_NAME}: index options",),
    "ALTER TABLE public.teams CLUSTER ON teams_name_key": (f"{_NAME}: index clustered",),
    "COMMENT ON INDEX public.teams_name_key IS 'x'": (f"{_NAME}: index comment",),
    "COMMENT ON CONSTRAINT teams_name_key ON public.teams IS 'x'": (f"{_NAME}: comment",),
    "ALTER TABLE public.tasks DROP CONSTRAINT ex_tasks_during, ADD CONSTRAINT ex_tasks_during"
    " EXCLUDE USING gist (during WITH -|-)": (
        "table constraint ex_tasks_during on public.tasks: definition",
    ),
    "ALTER TABLE public.events DROP CONSTRAINT events_pkey": (
        "table constraint events_pkey on public.events",
    ),
}

INDEXES: Changes = {
    "DROP INDEX public.ix_tasks_tags": ("index public.ix_tasks_tags",),
    "DROP INDEX public.ix_events_body": ("index public.ix_events_body",),
    "DROP INDEX public.ix_tasks_due; CREATE INDEX ix_tasks_due ON public.tasks (user_id, due_at)": (
        f"{_DUE}: definition",
    ),
    "ALTER INDEX public.ix_tasks_price SET (fillfactor = 50)": (
        "index public.ix_tasks_price: options",
    ),
    "ALTER INDEX public.ix_tasks_price ALTER 1 SET STATISTICS 500": (
        "index public.ix_tasks_price: statistics targets",
    ),
    "ALTER TABLE public.tasks CLUSTER ON ix_tasks_price": (
        "index public.ix_tasks_price: clustered",
    ),
    "COMMENT ON INDEX public.ix_tasks_due IS 'x'": (f"{_DUE}: comment",),
    "CREATE INDEX ix_events_at ON ONLY public.events (at)": ("index public.ix_events_at",),
    "DROP STATISTICS public.st_tasks": ("statistics object public.st_tasks",),
    "ALTER STATISTICS public.st_tasks SET STATISTICS 500": (
        "statistics object public.st_tasks: target",
    ),
    "DROP STATISTICS public.st_tasks;"
    " CREATE STATISTICS public.st_tasks (mcv) ON team_id, status FROM public.tasks": (
        "statistics object public.st_tasks: kinds",
    ),
    "ALTER SEQUENCE public.ticket_no INCREMENT 5": ("sequence public.ticket_no: increment",),
    "ALTER SEQUENCE public.ticket_no MAXVALUE 999": ("sequence public.ticket_no: maximum",),
    "ALTER SEQUENCE public.ticket_no CACHE 50": ("sequence public.ticket_no: cache",),
    "ALTER SEQUENCE public.ticket_no CYCLE": ("sequence public.ticket_no: cycle",),
    "ALTER SEQUENCE public.tasks_id_seq OWNED BY NONE": ("sequence public.tasks_id_seq: owned by",),
    "ALTER TABLE public.teams ALTER id SET INCREMENT 5": (
        "sequence public.teams_id_seq: increment",
    ),
}

ROUTINES: Changes = {
    "CREATE FUNCTION public.hours(int) RETURNS int LANGUAGE sql AS 'SELECT $1'": (
        "function public.hours(integer)",
    ),
    "CREATE OR REPLACE FUNCTION public.hours(label text, rate numeric DEFAULT 8) RETURNS numeric"
    " LANGUAGE sql STABLE AS $$ SELECT length(label) * rate $$": (f"{_HOURS}: definition",),
    "CREATE OR REPLACE FUNCTION public.hours(label text, rate numeric DEFAULT 1) RETURNS numeric"
    " LANGUAGE sql STABLE AS $$ SELECT length(label)  * rate $$": (f"{_HOURS}: definition",),
    "ALTER FUNCTION public.hours SECURITY DEFINER": (f"{_HOURS}: definition",),
    "ALTER FUNCTION public.hours SET search_path = ''": (f"{_HOURS}: definition",),
    "ALTER FUNCTION public.hours OWNER TO catalog_owner": (f"{_HOURS}: owner",),
    "COMMENT ON FUNCTION public.hours IS 'x'": (f"{_HOURS}: comment",),
    "DROP PROCEDURE public.tidy": ("procedure public.tidy()",),
    "CREATE OR REPLACE AGGREGATE public.total(integer)"
    " (SFUNC = int4pl, STYPE = integer, INITCOND = '5')": (
        "aggregate public.total(integer): initial value",
    ),
    "DROP TRIGGER tasks_same ON public.tasks": ("trigger tasks_same on public.tasks",),
    "ALTER TABLE public.tasks DISABLE TRIGGER tasks_same": (
        "trigger tasks_same on public.tasks: enabled",
    ),
    "ALTER TABLE public.events_2026 DISABLE TRIGGER events_same": (
        "trigger events_same on public.events_2026: enabled",
    ),
    "DROP TRIGGER events_same ON public.events": ("trigger events_same on public.events",),
    "ALTER EVENT TRIGGER ddl_guard DISABLE": ("event trigger ddl_guard: enabled",),
    "DROP EVENT TRIGGER ddl_guard; CREATE EVENT TRIGGER ddl_guard ON sql_drop"
    " WHEN TAG IN ('DROP VIEW') EXECUTE FUNCTION public.guard()": (
        "event trigger ddl_guard: tags",
    ),
    "CREATE OR REPLACE RULE teams_keep AS ON DELETE TO public.teams WHERE OLD.id < 9"
    " DO INSTEAD NOTHING": ("rule teams_keep on public.teams: definition",),
    "ALTER TABLE public.teams DISABLE RULE teams_keep": (
        "rule teams_keep on public.teams: enabled",
    ),
    "ALTER POLICY own_rows ON public.tasks USING (true)": (
        "policy own_rows on public.tasks: using",
    ),
    "ALTER POLICY own_rows ON public.tasks WITH CHECK (true)": (
        "policy own_rows on public.tasks: with check",
    ),
    "ALTER POLICY own_rows ON public.tasks TO PUBLIC": ("policy own_rows on public.tasks: roles",),
    "DROP POLICY own_rows ON public.tasks": ("policy own_rows on public.tasks",),
    "CREATE OR REPLACE VIEW public.open_tasks AS SELECT id, title FROM public.tasks": (
        "view public.open_tasks: definition",
    ),
    "ALTER VIEW public.open_tasks SET (security_barrier)": ("view public.open_tasks: options",),
    "ALTER VIEW public.open_tasks ALTER title SET DEFAULT 'x'": (
        "view column public.open_tasks.title: default",
    ),
    "REFRESH MATERIALIZED VIEW public.team_load WITH NO DATA": (
        "materialized view public.team_load: populated",
    ),
}

TYPES: Changes = {
    "ALTER TYPE public.mood ADD VALUE 'great'": ("type public.mood: labels",),
    "DROP TYPE public.mood; CREATE TYPE public.mood AS ENUM ('low', 'high', 'mid')": (
        "type public.mood: labels",
    ),
    "ALTER TYPE public.address ALTER ATTRIBUTE street TYPE varchar(9)": (
        "type public.address: attributes",
    ),
    "COMMENT ON COLUMN public.address.zip IS 'x'": ("type public.address: comments of attributes",),
    "ALTER DOMAIN public.email DROP DEFAULT": ("type public.email: default",),
    "ALTER DOMAIN public.email SET NOT NULL": ("type public.email: not null",),
    "ALTER DOMAIN public.email DROP CONSTRAINT email_has_at": (
        "domain constraint email_has_at on public.email",
    ),
    "DROP TYPE public.span; CREATE TYPE public.span AS RANGE (subtype = float4)": (
        "type public.span: subtype",
        "type public.span: subtype operator class",
    ),
    "COMMENT ON TYPE public.mood IS 'x'": ("type public.mood: comment",),
    "DROP COLLATION public.german; CREATE COLLATION public.german"
    " (provider = libc, locale = 'POSIX')": (
        "collation public.german: collate",
        "collation public.german: ctype",
    ),
    "DROP CAST (public.address AS text); CREATE CAST (public.address AS text)"
    " WITH FUNCTION public.zip(public.address) AS IMPLICIT": (
        "cast (public.address AS pg_catalog.text): context",
    ),
    "ALTER OPERATOR public.=~ (text, text) SET (RESTRICT = eqsel)": (
        "operator public.=~(pg_catalog.text,pg_catalog.text): restrict",
    ),
    "CREATE OPERATOR FAMILY public.fam USING btree": ("operator family public.fam USING btree",),
    "ALTER TEXT SEARCH DICTIONARY public.short (STOPWORDS, Accept = false)": (
        "text search dictionary public.short: options",
    ),
    "ALTER TEXT SEARCH CONFIGURATION public.words DROP MAPPING FOR email": (
        "text search configuration public.words: mappings",
    ),
}

DATABASE: Changes = {
    "DROP EVENT TRIGGER ddl_guard; DROP FUNCTION public.guard; DROP EXTENSION plpgsql": (
        "event trigger ddl_guard",
        "extension plpgsql",
        "function public.guard()",
    ),
    "ALTER PUBLICATION feed SET (publish = 'insert, delete')": ("publication feed: operations",),
    "ALTER PUBLICATION feed SET TABLE public.teams (id)": ("publication feed: tables",),
    "ALTER SERVER depot OPTIONS (SET host 'b.example.org')": ("server depot: options",),
    "ALTER FOREIGN TABLE public.far OPTIONS (SET tab 'x')": (
        "foreign table public.far: server options",
    ),
    "ALTER FOREIGN TABLE public.far ALTER id OPTIONS (SET name 'x')": (
        "foreign table column public.far.id: server options",
    ),
    "DROP USER MAPPING FOR catalog_app SERVER depot": ("user mapping catalog_app on server depot",),
    "CREATE SUBSCRIPTION s CONNECTION 'dbname=x password=y' PUBLICATION p WITH (connect = false)": (
        "subscription s",
    ),
}

GRANTS: Changes = {
    "GRANT DELETE ON public.tasks TO catalog_app": (f"{_TASKS}: grants to catalog_app",),
    "GRANT SELECT ON public.tasks TO catalog_app WITH GRANT OPTION": (
        f"{_TASKS}: grants to catalog_app",
    ),
    "REVOKE UPDATE (title) ON public.tasks FROM catalog_ro": (
        f"{_COLUMN}.title: grants to catalog_ro",
    ),
    "REVOKE DELETE ON public.teams FROM postgres": ("table public.teams: grants to owner",),
    "GRANT USAGE ON SCHEMA ops TO catalog_app": ("schema ops: grants to catalog_app",),
    "REVOKE USAGE ON SCHEMA public FROM PUBLIC": ("schema public: grants to PUBLIC",),
    "GRANT USAGE ON SEQUENCE public.ticket_no TO catalog_app": (
        "sequence public.ticket_no: grants to catalog_app",
    ),
    "REVOKE EXECUTE ON FUNCTION public.hours FROM PUBLIC": (f"{_HOURS}: grants to PUBLIC",),
    "REVOKE USAGE ON TYPE public.mood FROM PUBLIC": ("type public.mood: grants to PUBLIC",),
    "GRANT USAGE ON FOREIGN SERVER depot TO catalog_app": ("server depot: grants to catalog_app",),
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM catalog_ro": (
        "default privileges for role postgres in schema public on tables",
    ),
    "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO catalog_ro": (
        "default privileges for role postgres on functions",
    ),
}

EVERY: Changes = TABLES | COLUMNS | CONSTRAINTS | INDEXES | ROUTINES | TYPES | DATABASE | GRANTS

# Of PostgreSQL 18 alone.
NEW_IN_18: Changes = {
    "ALTER TABLE public.tasks ALTER CONSTRAINT fk_tasks_team NOT ENFORCED": (f"{_TEAM}: enforced",),
    "ALTER TABLE public.tasks DROP gross,"
    " ADD gross numeric GENERATED ALWAYS AS (price * 1.2) VIRTUAL": (
        f"{_COLUMN}.gross: generated",
    ),
    "ALTER TABLE public.tasks ADD CONSTRAINT mail_there NOT NULL mail NOT VALID": (
        f"{_COLUMN}.mail: not null",
        "table constraint mail_there on public.tasks",
    ),
}
