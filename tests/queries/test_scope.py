"""Every query has its user: in its signature and in its SQL."""

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_type_hints
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import dialect

from models import MessageCreate, metadata
from queries import Query, reminders
from queries.query import OWNERS, Listing
from tests.queries.things import EVERY, MODULES, Things, statements

NOBODY = Things(
    "nobody", UUID(int=1), MessageCreate(role="user", content="x"), 1, 1, datetime.now(UTC)
)
OWNED = {table.name for table in metadata.sorted_tables if "user_id" in table.columns}


DIALECT = dialect()  # type: ignore[no-untyped-call]


def public() -> dict[str, Callable[..., Any]]:
    """The functions of the modules, by the names that a caller writes."""
    return {
        f"{module.__name__.removeprefix('queries.')}.{name}": function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name in getattr(module, "__all__", ())
        or (function.__module__ == module.__name__ and not hasattr(module, "__all__"))
        if not name.startswith("_")
    }


def sql(statement: sa.Executable) -> str:
    assert isinstance(statement, sa.ClauseElement)
    return " ".join(str(statement.compile(dialect=DIALECT)).split())


def every_statement() -> list[tuple[str, str]]:
    return [
        (name, sql(statement))
        for name, asked in EVERY.items()
        for statement in statements(asked("nobody", NOBODY))
    ]


def test_every_function_is_tried_in_these_tests() -> None:
    assert sorted(EVERY) == sorted(public())


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_function_takes_the_user_first_and_returns_a_query(name: str) -> None:
    function = public()[name]
    first, *_ = inspect.signature(function).parameters.values()
    hints = get_type_hints(function)
    returned = getattr(hints["return"], "__origin__", None)
    assert (first.name, hints["user_id"], first.default) == ("user_id", str, first.empty)
    assert returned in (Query, Listing)
    assert function.__doc__


@pytest.mark.parametrize(("name", "statement"), every_statement())
def test_each_table_of_a_statement_is_limited_to_the_user(name: str, statement: str) -> None:
    read = set(re.findall(r"(?:FROM|JOIN|UPDATE|, LATERAL) (\w+)", statement)) & OWNED
    for table in read:
        assert f"{table}.user_id = %(user)s" in statement, table
    for table in re.findall(r"INSERT INTO (\w+)", statement):
        assert "%(user)s" in statement.partition(f"INSERT INTO {table}")[2]
    assert read or "INSERT INTO" in statement


@pytest.mark.parametrize(("name", "statement"), every_statement())
def test_every_update_sets_its_time(name: str, statement: str) -> None:
    updates = re.findall(r"UPDATE \w+ SET .*?\bWHERE\b", statement)
    assert len(updates) == statement.count("UPDATE ")
    for update in updates:
        assert "updated_at=greatest(now(), " in update


def test_which_functions_update() -> None:
    updating = {name for name, statement in every_statement() if "UPDATE " in statement}
    assert updating == {
        "conversations.rename",
        "messages.append",
        "messages.append_all",
        "tasks.complete",
        "tasks.update",
    }


@pytest.mark.parametrize(("name", "statement"), every_statement())
def test_columns_are_named_and_pages_have_no_offset(name: str, statement: str) -> None:
    asked = statement.replace("EXISTS (SELECT *", "")
    assert "*" not in re.sub(r"count\(\*\)|\* interval", "", asked)
    assert "OFFSET" not in statement


def test_only_jobs_have_no_user() -> None:
    now = datetime.now(UTC)
    assert reminders.due(now, now).user_id is None
    assert "user_id =" not in sql(reminders.due(now, now).statement)


def test_every_table_with_an_owner_is_known() -> None:
    assert {str(sa.inspect(model).local_table) for model in OWNERS} == OWNED | {"user"}


@pytest.mark.parametrize(("name", "statement"), every_statement())
def test_an_id_breaks_the_ties_of_every_order(name: str, statement: str) -> None:
    for order in re.findall(r"ORDER BY (.*?)(?: LIMIT|\)|$)", statement):
        assert order == "sent.place" or re.search(r"\bid\b", order.rpartition(",")[2]), order
