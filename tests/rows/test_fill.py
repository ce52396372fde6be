"""Rows out of the catalog alone: every table of a difficult schema gets some."""

from collections.abc import Callable

import psycopg
import pytest

from migrator import errors
from migrator.rows import Filled, Unfilled, fill
from tests.database import connect
from tests.rows.conftest import Empty

_CONTENT = 'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) FROM {} AS t'


def ask(connection: psycopg.Connection, query: str) -> object:
    (answer,) = connection.execute(query.encode()).fetchone() or (None,)
    return answer


def content(connection: psycopg.Connection, filled: Filled) -> dict[str, object]:
    return {table: ask(connection, _CONTENT.format(table)) for table in filled.rows}


@pytest.mark.parametrize("as_superuser", [False, True])
def test_every_table_of_a_difficult_schema_is_filled(
    empty: Empty, schema: str, as_superuser: bool
) -> None:
    with empty(schema, as_superuser=as_superuser) as connection:
        filled = fill(connection, rows=120)
        assert filled.failed == []
        assert {name for name, count in filled.rows.items() if not count} == set()
        assert filled.rows["public.events_2024_ab"] == filled.rows["public.events_rest"] == 40
        assert filled.rows["public.events"] == filled.rows["public.every_type"] == 120
        # Not even those keys that nobody checked while a superuser's triggers were off are broken.
        keys = connection.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conparentid = 0"
        ).fetchall()
        for table, definition in keys:
            connection.execute(f"ALTER TABLE {table} ADD {definition}".encode())
        assert ask(connection, "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'guarded'")
        deferrable = (
            "SELECT bool_or(condeferrable) FROM pg_constraint WHERE conname = 'knot_b_a_id_fkey'"
        )
        assert ask(connection, deferrable) is False


def test_equal_seeds_give_equal_rows(empty: Empty, schema: str) -> None:
    contents = []
    for _ in range(2):
        with empty(schema) as connection:
            contents.append(content(connection, fill(connection, rows=40, seed=7)))
    assert contents[0] == contents[1]


def test_another_seed_gives_other_rows(empty: Empty) -> None:
    contents = []
    for seed in (7, 8):
        with empty("CREATE TABLE a (id integer PRIMARY KEY, note text)") as connection:
            contents.append(content(connection, fill(connection, rows=40, seed=seed)))
    assert contents[0] != contents[1]


def test_rows_go_to_the_borders(empty: Empty) -> None:
    with empty("CREATE TABLE t (id serial, a text, b varchar(7), c integer, d integer)") as one:
        fill(one, rows=1000)
        texts = {row[0] for row in one.execute("SELECT a FROM t")}
        assert {"", "🙂👩‍👩‍👧", None, 'say "hi"', "back\\slash", "tab\there"} <= texts
        assert ask(one, "SELECT max(length(a)) FROM t") == 20_000
        assert ask(one, "SELECT max(length(b)) FROM t") == 7
        assert one.execute("SELECT min(c), max(c) FROM t").fetchone() == (-(2**31), 2**31 - 1)
        assert one.execute("SELECT count(*) FILTER (WHERE d IS NULL) FROM t").fetchone() == (100,)


@pytest.mark.parametrize("column", ["email text", "email varchar(60) UNIQUE", "e_mail text"])
def test_addresses_of_mail_look_like_some(empty: Empty, column: str) -> None:
    name = column.split(maxsplit=1)[0]
    with empty(f"CREATE TABLE t (id serial, {column} NOT NULL)") as one:
        fill(one, rows=500)
        assert ask(one, f"SELECT count(*) FROM t WHERE {name} NOT LIKE '%_@_%'") == 0
        assert ask(one, "SELECT count(*) FROM t") == 500


def test_documents_are_of_the_kind_of_their_default(empty: Empty) -> None:
    with empty("CREATE TABLE t (a jsonb, b json NOT NULL DEFAULT '[]')") as one:
        fill(one, rows=300)
        for column, kind in (("a", "object"), ("b", "array")):
            query = f"SELECT array_agg(DISTINCT json_typeof({column}::json)) FROM t"
            assert ask(one, f"{query} WHERE {column} IS NOT NULL") == [kind]


def test_a_few_parents_get_most_children(empty: Empty) -> None:
    with empty(
        "CREATE TABLE a (id serial PRIMARY KEY);"
        "CREATE TABLE b (id serial PRIMARY KEY, a_id integer NOT NULL REFERENCES a)"
    ) as one:
        fill(one, rows=1000)
        assert ask(one, "SELECT count(*) > 400 FROM b WHERE a_id <= 100") is True
        assert ask(one, "SELECT count(DISTINCT a_id) > 300 FROM b") is True


def test_the_application_goes_on_after_the_rows(empty: Empty) -> None:
    with empty(
        "CREATE TABLE a (id serial PRIMARY KEY, b integer GENERATED ALWAYS AS IDENTITY UNIQUE)"
    ) as one:
        fill(one, rows=50)
        assert one.execute("INSERT INTO a DEFAULT VALUES RETURNING *").fetchone() == (51, 51)
        assert fill(one, rows=80).rows == {"public.a": 80}
        assert one.execute("INSERT INTO a DEFAULT VALUES RETURNING *").fetchone() == (81, 81)


def test_what_is_there_stays(empty: Empty) -> None:
    with empty("CREATE TABLE a (id integer PRIMARY KEY, note text NOT NULL)") as one:
        one.execute("INSERT INTO a SELECT g, 'mine' FROM generate_series(1, 30) AS g")
        assert fill(one, rows=50).rows == {"public.a": 50}
        assert ask(one, "SELECT count(*) FROM a WHERE note = 'mine'") == 30
        assert fill(one, rows=10).rows == {"public.a": 50}


def test_only_what_was_asked_for(empty: Empty) -> None:
    with empty(
        "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE c (id integer);"
        "CREATE TABLE b (a_id integer NOT NULL REFERENCES a); CREATE TABLE alembic_version (v text)"
    ) as one:
        assert fill(one, rows=5, tables=["b"], keep=["c"]).rows == {"public.a": 5, "public.b": 5}
        assert fill(one, rows=5, keep=["c"]).rows == {"public.a": 5, "public.b": 5}
        assert ask(one, "SELECT count(*) FROM c") == 0


def test_our_own_schema(head_database: str, admin_url: Callable[[str], str]) -> None:
    with connect(admin_url(head_database)) as one:
        filled = fill(one, rows=200)
        assert filled.failed == []
        ours = ("conversations", "messages", "tasks")
        assert [filled.rows[f"public.{name}"] for name in ours] == [200, 200, 200]


def test_the_role_of_our_revisions_cannot_fill_the_tables_of_others(head_database: str) -> None:
    with connect(head_database) as one:
        filled = fill(one, rows=20)
        failed = {one.table: one.reason for one in filled.failed}
        assert failed['public."user"'] == "the role may not insert into it"
        assert failed["public.tasks"] == 'it refers to public."user", which has no rows'


def test_a_table_that_stays_empty_is_said(empty: Empty) -> None:
    with empty(
        "CREATE TABLE never (a integer NOT NULL CHECK (a > 3 AND a < 2));"
        "CREATE TABLE refused (a integer);"
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no rows on Mondays'; END $$;"
        "CREATE TRIGGER t BEFORE INSERT ON refused FOR EACH ROW EXECUTE FUNCTION no()"
    ) as one:
        failed = fill(one, rows=10).failed
    assert failed == [
        Unfilled("public.never", "found no values that meet (a > 3) AND (a < 2)"),
        Unfilled("public.refused", "no rows on Mondays"),
    ]
    assert str(errors.unfilled(failed)) == (
        'error: no rows could be generated for "public.never", "public.refused"\n'
        "detail: public.never: found no values that meet (a > 3) AND (a < 2);"
        " public.refused: no rows on Mondays\n"
        "hint: give rows of your own: --seed seed.sql"
    )


def test_a_foreign_table_is_said(empty: Empty) -> None:
    with empty(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        "CREATE FOREIGN TABLE far (a integer) SERVER s; CREATE VIEW v AS SELECT 1 AS a",
        as_superuser=True,
    ) as one:
        filled = fill(one, rows=10)
    assert filled == Filled({"public.far": 0}, [Unfilled("public.far", "it is a foreign table")])
