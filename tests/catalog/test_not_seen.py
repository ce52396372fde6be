"""What means the same is no difference, however it came about."""

import pytest
import sqlalchemy as sa

from migrator.catalog import Catalog, differences, digest, read, to_json
from migrator.embedded import Server
from tests.catalog.databases import Run, catalog_of, make, psql, tool

# Changes of schema.sql that are none.
NEUTRAL = {
    "column order": """
        ALTER TABLE public."user" ADD x text;
        ALTER TABLE public.tasks DROP mail, DROP price CASCADE;
        ALTER TABLE public.tasks ADD price numeric(8, 2) NOT NULL DEFAULT 0, ADD mail public.email;
        ALTER TABLE public.tasks ADD gross numeric GENERATED ALWAYS AS (price * 1.2) STORED;
        CREATE INDEX ix_tasks_price ON public.tasks ((price + 1)) WITH (fillfactor = 80);
        ALTER TABLE public."user" DROP x""",
    "order of grants": """
        REVOKE ALL ON public.tasks FROM catalog_app; GRANT SELECT ON public.tasks TO catalog_owner;
        GRANT INSERT, SELECT ON public.tasks TO catalog_app;
        REVOKE ALL ON public.tasks FROM catalog_owner""",
    "order of table options": """
        ALTER TABLE public.tasks RESET (fillfactor, autovacuum_enabled);
        ALTER TABLE public.tasks SET (autovacuum_enabled = true);
        ALTER TABLE public.tasks SET (fillfactor = 90)""",
    "spelling of table options": "ALTER TABLE public.tasks SET (autovacuum_enabled = on)",
    "spelling of index options": "ALTER INDEX public.ix_tasks_tags SET (fastupdate = false)",
    "default privileges written out on a table": """
        GRANT SELECT ON public.teams TO catalog_app;
        REVOKE SELECT ON public.teams FROM catalog_app""",
    "default privileges written out on a function": """
        REVOKE ALL ON FUNCTION public.hours FROM PUBLIC;
        GRANT ALL ON FUNCTION public.hours TO PUBLIC""",
    "default privileges written out on a type": """
        GRANT USAGE ON TYPE public.mood TO catalog_app;
        REVOKE ALL ON TYPE public.mood FROM catalog_app""",
    "default privileges written out on a schema": """
        GRANT USAGE ON SCHEMA ops TO catalog_app; REVOKE ALL ON SCHEMA ops FROM catalog_app""",
    "default privileges written out on a sequence": """
        GRANT USAGE ON public.ticket_no TO catalog_app;
        REVOKE ALL ON public.ticket_no FROM catalog_app""",
    "default privileges written out on a column": """
        GRANT SELECT (title) ON public.tasks TO catalog_app;
        REVOKE SELECT (title) ON public.tasks FROM catalog_app""",
    "default privileges granted and revoked": """
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO catalog_app;
        ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM catalog_app""",
    "sequence used": """
        SELECT nextval('public.ticket_no') FROM generate_series(1, 9);
        ALTER SEQUENCE public.ticket_no RESTART WITH 70;
        SELECT setval('public.tasks_id_seq', 500)""",
    "comment made and removed": """
        COMMENT ON TABLE public.teams IS 'x'; COMMENT ON TABLE public.teams IS NULL;
        COMMENT ON COLUMN public.teams.name IS 'x'; COMMENT ON COLUMN public.teams.name IS ''""",
    "default spelled otherwise": """
        ALTER TABLE public.tasks ALTER tags SET DEFAULT '{}'::text[],
            ALTER status SET DEFAULT 'open'::varchar""",
    "check spelled otherwise": """
        ALTER TABLE public.tasks DROP CONSTRAINT ck_tasks_status, ADD CONSTRAINT ck_tasks_status
            CHECK ((status)::text = ANY (ARRAY['open'::varchar, 'done'::varchar]::text[]))""",
    "key validated later": """
        ALTER TABLE public.tasks DROP CONSTRAINT fk_tasks_team, ADD CONSTRAINT fk_tasks_team
            FOREIGN KEY (team_id) REFERENCES public.teams (id) NOT VALID;
        ALTER TABLE public.tasks VALIDATE CONSTRAINT fk_tasks_team""",
    "NOT NULL dropped and set again": """
        ALTER TABLE public.tasks ALTER title DROP NOT NULL;
        ALTER TABLE public.tasks ALTER title SET NOT NULL""",
    "automatic names of NOT NULL": """
        ALTER TABLE public.teams RENAME code TO c; ALTER TABLE public.teams ALTER c DROP NOT NULL;
        ALTER TABLE public.teams ALTER c SET NOT NULL; ALTER TABLE public.teams RENAME c TO code""",
    "statistics target set and reset": """
        ALTER TABLE public.tasks ALTER title SET STATISTICS 7, ALTER title SET STATISTICS -1""",
    "storage set and reset": """
        ALTER TABLE public.tasks ALTER title SET STORAGE PLAIN, ALTER title SET STORAGE EXTENDED""",
    "index rebuilt": "REINDEX TABLE public.tasks",
    "index made again": """
        DROP INDEX public.ix_tasks_tags;
        create index ix_tasks_tags on only public.tasks using GIN (TAGS array_ops) with
            (fastupdate=off)""",
    "partition's index made first": """
        DROP INDEX public.ix_events_body;
        CREATE INDEX events_2026_body_idx ON public.events_2026 (body);
        CREATE INDEX ix_events_body ON public.events (body)""",
    "order of policy roles": "ALTER POLICY own_rows ON public.tasks TO catalog_ro, catalog_app",
    "function spelled otherwise": """
        CREATE OR REPLACE FUNCTION public.hours(IN label pg_catalog.text, rate decimal = 1)
        RETURNS decimal AS ' SELECT length(label) * rate ' STABLE COST 100 SECURITY INVOKER
            LANGUAGE SQL""",
    "view spelled otherwise": """
        CREATE OR REPLACE VIEW public.open_tasks AS
        select (tasks.id), title from public.tasks where ((status)) in ('open', 'late'::varchar)""",
    "trigger spelled otherwise": """
        DROP TRIGGER tasks_same ON public.tasks;
        CREATE TRIGGER tasks_same BEFORE UPDATE ON public.tasks
            FOR ROW EXECUTE PROCEDURE pg_catalog.suppress_redundant_updates_trigger()""",
    "order of publication columns": """
        ALTER PUBLICATION feed SET TABLE public.teams (name, id) WHERE (id > 1)""",
    "temporary table": "CREATE TEMP TABLE tasks (id int); CREATE TEMP VIEW v AS SELECT 1",
    "rows": 'INSERT INTO public."user" VALUES (\'u\', true); ANALYZE public."user"',
    "session settings": """
        SET search_path = public, ops; SET quote_all_identifiers = on;
        SET timezone = 'Asia/Karachi';
        SET datestyle = 'German'; SET intervalstyle = 'iso_8601'; SET extra_float_digits = -5""",
}


@pytest.mark.parametrize("change", NEUTRAL)
def test_change_of_nothing_is_not_seen(
    connection: sa.Connection, run: Run, wanted: Catalog, change: str
) -> None:
    run(NEUTRAL[change])
    assert [str(one) for one in differences(wanted, read(connection))] == []


def test_dump_restored_is_the_same_to_the_byte(rich: Server, wanted: Catalog) -> None:
    make(rich, "restored", tool(rich, "pg_dump", "rich"))
    restored = catalog_of(rich, "restored")
    assert [str(one) for one in differences(wanted, restored)] == []
    assert to_json(restored) == to_json(wanted)
    assert digest(restored) == digest(wanted)


def test_order_of_columns_in_statistics_is_not_seen(rich: Server) -> None:
    for database, columns in (("ab", "a int, b int"), ("ba", "b int, a int")):
        make(rich, database, f"CREATE TABLE t ({columns}); CREATE STATISTICS s ON a, b FROM t")
    assert differences(catalog_of(rich, "ab"), catalog_of(rich, "ba")) == []


def test_work_outside_a_transaction_is_not_seen(rich: Server, schema: str) -> None:
    make(rich, "worked", schema)
    before = catalog_of(rich, "worked")
    psql(rich, "worked", "REINDEX TABLE CONCURRENTLY tasks; VACUUM FULL tasks; VACUUM ANALYZE")
    assert differences(before, catalog_of(rich, "worked")) == []
