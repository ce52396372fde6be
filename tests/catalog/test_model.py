"""Parts of a catalog, its JSON, and how a difference reads."""

import pytest
import sqlalchemy as sa

from migrator.catalog import Catalog, Difference, Object, differences, from_json, read, to_json
from migrator.embedded import Server
from tests.catalog.databases import Run, catalog_of, make


def test_json_comes_back(wanted: Catalog) -> None:
    assert from_json(to_json(wanted)) == wanted


def test_only_named_tables_and_what_hangs_on_them(wanted: Catalog) -> None:
    kinds = {kind for kind, _ in wanted.only({"tasks"}).objects}
    assert kinds == {
        "index",
        "policy",
        "sequence",
        "statistics object",
        "table",
        "table column",
        "table constraint",
        "trigger",
    }
    objects = wanted.only({"tasks", "public.user"}).objects
    assert {one for kind, one in objects if kind == "table"} == {"public.tasks", 'public."user"'}
    assert ("sequence", "public.tasks_id_seq") in objects
    assert ("sequence", "public.ticket_no") not in objects


def test_a_partitioned_table_has_its_partitions_with_it(wanted: Catalog) -> None:
    objects = wanted.only({"events"}).objects
    assert ("table column", "public.events_2026.body") in objects
    assert ("index", "public.events_2026_body_idx") in objects


def test_kinds_that_hang_on_no_table_stay_when_asked(wanted: Catalog) -> None:
    objects = wanted.only({"tasks"}, kinds={"type", "view", "sequence"}).objects
    assert ("domain constraint", "email_has_at on public.email") in objects
    assert ("view column", "public.open_tasks.id") in objects
    assert ("sequence", "public.ticket_no") in objects
    assert ("sequence", "public.teams_id_seq") not in objects
    assert not {kind for kind, _ in objects} & {"function", "materialized view", "schema"}


def test_without_named_tables(wanted: Catalog) -> None:
    left = wanted.without({'public."user"', "events"})
    gone = wanted.objects.keys() - left.objects.keys()
    assert gone == wanted.only({"user", "events"}).objects.keys()
    assert ("table constraint", "fk_tasks_user on public.tasks") in left.objects


def test_without_owners_two_roles_make_the_same(rich: Server) -> None:
    sql = """
        GRANT ALL ON SCHEMA public TO catalog_app, catalog_owner; SET ROLE {0};
        CREATE TABLE t (id serial PRIMARY KEY);
        CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
        GRANT SELECT ON t TO catalog_ro;
        ALTER DEFAULT PRIVILEGES FOR ROLE {0} GRANT SELECT ON TABLES TO catalog_ro"""
    for role in ("catalog_app", "catalog_owner"):
        make(rich, f"of_{role}", sql.format(role))
    one, other = (catalog_of(rich, f"of_{role}") for role in ("catalog_app", "catalog_owner"))
    assert differences(one, other) != []
    assert to_json(one.without_owners()) == to_json(other.without_owners())
    table = one.without_owners().objects["table", "public.t"]
    assert table.attributes == {"access method": "heap", "grants to catalog_ro": ["SELECT"]}
    assert ("default privileges", "for role owner on tables") in one.without_owners().objects


def test_differences_are_the_same_both_ways(
    connection: sa.Connection, run: Run, wanted: Catalog
) -> None:
    run("DROP FOREIGN TABLE far; ALTER TABLE teams ADD x int, ALTER code DROP NOT NULL")
    actual = read(connection)
    there, back = differences(wanted, actual), differences(actual, wanted)
    swapped = [Difference(d.kind, d.object, d.attribute, d.actual, d.expected) for d in back]
    assert swapped == there


@pytest.mark.parametrize(
    ("difference", "line"),
    [
        (
            Difference("index", "public.ix", "", "CREATE INDEX ix ON public.t USING gin (a)", None),
            "index public.ix: missing (CREATE INDEX ix ON public.t USING gin (a))",
        ),
        (Difference("table", "public.t", "", None, ""), "table public.t: unexpected"),
        (
            Difference("table column", "public.t.a", "default", "now()", None),
            "table column public.t.a: default is not set, expected now()",
        ),
        (
            Difference("function", "public.f()", "definition", "a\n  b " * 60 + "c", "a b " * 60),
            "function public.f(): definition is … "
            + "a b " * 5
            + "a b, expected … "
            + "a b " * 5
            + "a b c",
        ),
        (
            Difference("function", "public.f()", "definition", "a\n b", "a b"),
            "function public.f(): definition is 'a b', expected 'a\\n b'",
        ),
    ],
)
def test_a_difference_is_one_line(difference: Difference, line: str) -> None:
    assert str(difference) == line


def test_a_missing_table_is_one_difference() -> None:
    table = Object("table", "public.t", {"access method": "heap"})
    column = Object("table column", "public.t.a", {"type": "text"}, (table.key,))
    sequence = Object("sequence", "public.s", {"type": "bigint"}, (column.key,))
    whole, nothing = Catalog.of([sequence, column, table]), Catalog({})
    assert differences(whole, nothing) == [Difference("table", "public.t", "", "", None)]
    assert [str(one) for one in differences(whole, Catalog.of([table]))] == [
        "table column public.t.a: missing (type text)"
    ]
