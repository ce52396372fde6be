"""What autogenerate is put together from, each piece by itself."""

import ast
import sys
from datetime import UTC, datetime

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.autogenerate import clock, defaults, names, renames, titles, types
from migrator.autogenerate.code import Code, call, execute, literal, text
from migrator.autogenerate.hop import Hop
from migrator.autogenerate.path import path
from migrator.catalog import Catalog, Key, Object
from migrator.errors import Refused


@given(st.text())
def test_a_string_is_read_back_as_it_was(value: str) -> None:
    written = literal(value)
    assert ast.literal_eval(f"({written})") == value
    assert written.startswith(('"', "'"))


def test_a_long_string_is_split_before_spaces() -> None:
    value = "CREATE POLICY app_user_select ON conversations FOR SELECT TO app_user USING (true)"
    assert literal(value) == (
        '"CREATE POLICY app_user_select ON conversations FOR SELECT TO app_user"\n" USING (true)"'
    )


def test_a_call() -> None:
    written = call("op.f", "a", ["b"], Code("sa.text('c')"), x=None, y=True, z={"k": 1})
    assert written == """op.f("a", ["b"], sa.text('c'), y=True, z={"k": 1})"""


def test_a_colon_in_a_statement_is_no_parameter() -> None:
    assert execute("SELECT ':a', b::text") == r"""op.execute("SELECT '\\:a', b::text")"""
    assert text("':a'") == r"""sa.text("'\\:a'")"""


def test_names() -> None:
    assert names.parts('public."user"."created""At"') == ("public", "user", 'created"At')
    assert names.last('"my ck" on public."user"') == "my ck"
    assert names.bare("public.tasks.id") == "tasks.id"
    assert names.bare("auth.tasks") == "auth.tasks"
    assert names.inside("((a) + (b))") == "(a) + (b)"
    assert names.inside("(a) + (b)") == "(a) + (b)"


@pytest.mark.parametrize(
    ("type_", "written"),
    [
        ("character varying(200)", "sa.String(200)"),
        ("numeric(10,2)", "sa.Numeric(10, 2)"),
        ("text[]", "pg.ARRAY(sa.Text())"),
        ("timestamp(3) with time zone", "pg.TIMESTAMP(timezone=True, precision=3)"),
        ("jsonb", "pg.JSONB()"),
        ("public.place", None),
    ],
)
def test_types(type_: str, written: str | None) -> None:
    assert types.of(Catalog({}), type_) == written


def test_a_type_with_a_collation() -> None:
    assert types.of(Catalog({}), "text", '"C"') == 'sa.Text(collation="C")'
    assert types.of(Catalog({}), "text", "public.german") is None


@pytest.mark.parametrize(
    ("expression", "constant"),
    [
        ("now()", True),
        ("'{}'::text[]", True),
        ("'it''s'::character varying(9)", True),
        ("(-1)", True),
        ("CURRENT_TIMESTAMP(3)", True),
        ("gen_random_uuid()", False),
        ("nextval('public.n'::regclass)", False),
        ("('a'::text || clock_timestamp())", False),
        ("'a' || random()", False),
    ],
)
def test_what_is_stored_once_for_all_rows(expression: str, constant: bool) -> None:
    assert defaults.is_constant(expression) is constant


def _table(*columns: str, name: str = "tasks") -> list[Object]:
    key: Key = ("table", f"public.{name}")
    kind = "table column"
    return [
        Object(*key, {}),
        *(
            Object(
                kind,
                f"{key[1]}.{column}",
                {"type": "text", "not null": False},
                (key,),
                {"position": "1"},
            )
            for column in columns
        ),
    ]


BEFORE = Catalog.of(_table("id", "title"))
AFTER = Catalog.of(_table("id", "headline"))


def test_on_a_terminal_a_rename_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        asked.append(question)
        return err

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "confirm", confirm)
    (found,) = renames.settle(BEFORE, AFTER, [])
    assert asked == ['was table column "tasks.title" renamed to "headline"?']
    assert found.statement == "ALTER TABLE public.tasks RENAME COLUMN title TO headline"


def test_elsewhere_it_is_refused_or_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(Refused):
        renames.settle(BEFORE, AFTER, [])
    assert renames.settle(BEFORE, AFTER, ["no"]) == []
    assert [one.option for one in renames.settle(BEFORE, AFTER, ["tasks.title:headline"])] == [
        "tasks.title:headline"
    ]


def test_a_table_with_half_of_the_columns_may_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Catalog.of(_table("id", "x", name="todos"))
    (found,) = renames.settle(BEFORE, other, ["tasks:todos"])
    assert found.statement == "ALTER TABLE public.tasks RENAME TO todos"
    different = Catalog.of(_table("a", "b", "c", name="todos"))
    assert renames.settle(BEFORE, different, []) == []


def test_titles() -> None:
    assert [titles.of(hop) for hop in path(BEFORE, AFTER)] == [
        "Add headline to tasks",
        "Drop title from tasks",
    ]
    assert titles.of(Hop(Catalog({}), BEFORE)) == "Create tasks"
    many = Catalog.of([*_table("id"), *_table(*("a" * n for n in range(9, 20)))])
    assert titles.of(Hop(Catalog.of(_table("id")), many)) == "Add 11 columns to tasks"
    assert titles.closest("Let users give tasks a colour", ["Create x", "Add colour to tasks"]) == 1


def test_the_clock_follows_the_newest_name() -> None:
    now = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
    ticking = clock._Clock(lambda: now, datetime(2026, 11, 23, 11, 30))
    assert [f"{ticking.tick():%H%M}" for _ in range(3)] == ["1131", "1132", "1133"]
    fresh = clock._Clock(lambda: now, None)
    assert [f"{fresh.tick():%H%M}" for _ in range(3)] == ["0900", "0901", "0902"]
