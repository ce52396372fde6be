"""What the input models accept the database accepts, and gives back unchanged; and the reverse.

Values come from all over Unicode, JSON and the calendar, and crowd around the limits. Each goes
into its column as it is, past the models, and again as the model made it.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import ValidationError

from models import (
    Base,
    Conversation,
    ConversationCreate,
    Input,
    Message,
    MessageCreate,
    Task,
    TaskCreate,
)

BOUNDED = settings(max_examples=150, deadline=None)

REFUSED = object()
"""Stands for the answer of whoever does not take a value."""

ANY_CHARACTER = st.characters()  # NUL, surrogates and combining marks are among them


def texts(limit: int) -> SearchStrategy[str]:
    """Text of any kind, and text about as long as `limit`, blanks at its end included.

    varchar(n) silently cuts blanks beyond n: taken, but not unchanged.
    """
    length = st.integers(max(limit - 2, 0), limit + 2)
    long = st.builds(
        lambda character, length, blanks: character * (length - blanks) + " " * blanks,
        ANY_CHARACTER,
        length,
        st.integers(0, 4),
    )
    return st.text(ANY_CHARACTER, max_size=20) | long


ROLES = st.sampled_from(["user", "assistant", "system", "User", "user ", "user" + " " * 17, ""])
NUMBERS = (
    st.integers()
    | st.integers(4297, 4302).map(lambda digits: 10**digits - 1)
    | st.floats()
    | st.sampled_from([1e308, 5e-324, -0.0, 1e23, 0.1 + 0.2])
)
JSON: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(ANY_CHARACTER, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(ANY_CHARACTER, max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)
TOOL_CALLS = st.lists(
    st.dictionaries(st.text(ANY_CHARACTER, max_size=5), JSON, max_size=3), max_size=3
)


def times(
    first: datetime = datetime.min, last: datetime = datetime.max
) -> SearchStrategy[datetime]:
    return (
        st.datetimes(first, last)
        | st.datetimes(first, last, timezones=st.just(UTC))
        | st.datetimes(first, last, timezones=st.timezones())
    )


TIMES = (
    times()
    | times(last=datetime.min + timedelta(days=1))
    | times(first=datetime.max - timedelta(days=1))
)

# Governed by a length, a CHECK or NOT NULL, or by what the type can hold.
BOTH_WAYS: list[tuple[type[Base], type[Input], str, SearchStrategy[Any]]] = [
    (Task, TaskCreate, "title", texts(200)),
    (Task, TaskCreate, "description", texts(1000)),
    (Task, TaskCreate, "completed", st.booleans()),
    (Task, TaskCreate, "due_date", TIMES),
    (Conversation, ConversationCreate, "title", texts(200)),
    (Message, MessageCreate, "role", ROLES | texts(20)),
    (Message, MessageCreate, "content", texts(10_000)),
    (Message, MessageCreate, "tool_calls", TOOL_CALLS),
    (Message, MessageCreate, "agent_name", texts(50)),
    (Message, MessageCreate, "agent_icon", texts(10)),
]


class Row:
    """One row of `table`, written in a savepoint that is taken back."""

    def __init__(self, connection: sa.Connection, table: type[Base], others: dict[str, Any]):
        self.connection = connection
        self.table = sa.inspect(table).local_table
        self.others = others

    def write(self, name: str, value: object) -> Any:
        """Return what the database gives back for a value in column `name`, or REFUSED."""
        insert = sa.insert(self.table).values({**self.others, name: value})
        savepoint = self.connection.begin_nested()
        try:
            return self.connection.execute(insert.returning(self.table.c[name])).scalar_one()
        # The server's refusals, and the driver's: text without an encoding, a number too long.
        except (sa.exc.DBAPIError, ValueError):
            return REFUSED
        finally:
            savepoint.rollback()


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def rows(connection: sa.Connection, ada: str) -> dict[type[Base], Row]:
    """Rows that lack nothing, of which one column at a time is put to the test."""
    thread = uuid4()
    connection.execute(sa.insert(Conversation).values(id=thread, user_id=ada))
    message = {"conversation_id": thread, "user_id": ada, "role": "user", "content": "hello"}
    others: dict[type[Base], dict[str, Any]] = {
        Task: {"user_id": ada, "title": "buy milk"},
        Conversation: {"user_id": ada},
        Message: message,
    }
    return {table: Row(connection, table, values) for table, values in others.items()}


def accept(model: type[Base] | type[Input], name: str, value: object) -> Any:
    """Return what a model makes of a value, or REFUSED. Of no other field it is asked."""
    needed = {"title": "a"} if model is TaskCreate else {}
    if model is MessageCreate:
        needed = {"role": "user", "content": "a"}
    try:
        return getattr(model(**{**needed, name: value}), name)
    except ValidationError:
        return REFUSED


def same(given: Any, returned: Any) -> bool:
    """Whether a value came back as it was given."""
    if isinstance(given, datetime):  # without a zone, its instant was the server's guess
        return given.tzinfo is not None and given.astimezone(UTC) == returned
    match given, returned:
        case list(), list():
            return len(given) == len(returned) and all(map(same, given, returned))
        case dict(), dict():
            return given.keys() == returned.keys() and all(
                same(value, returned[key]) for key, value in given.items()
            )
        case float(), int():  # jsonb has numbers, neither int nor float
            return given == float(returned)
    return isinstance(given, bool) == isinstance(returned, bool) and bool(given == returned)


@pytest.mark.parametrize(
    ("table", "model", "name", "values"),
    BOTH_WAYS,
    ids=[f"{table.__tablename__}.{name}" for table, _, name, _ in BOTH_WAYS],
)
def test_models_and_database_agree(
    rows: dict[type[Base], Row],
    table: type[Base],
    model: type[Input],
    name: str,
    values: SearchStrategy[Any],
) -> None:
    row = rows[table]

    @BOUNDED
    @given(st.none() | values)
    def agree(value: Any) -> None:
        accepted = accept(model, name, value)
        stored = row.write(name, value)
        unchanged = stored is not REFUSED and same(value, stored)
        assert (accepted is not REFUSED) == unchanged
        assert (accept(table, name, value) is not REFUSED) == unchanged
        if accepted is not REFUSED:
            assert same(accepted, row.write(name, accepted))

    agree()


def test_tags_come_back_unchanged(rows: dict[type[Base], Row]) -> None:
    """One way only: that a tag is neither empty nor long nor NULL is the model's own rule.

    A CHECK cannot look into an array without a function, and the index refuses what is too long
    for it only beyond 2712 bytes after compression.
    """

    @BOUNDED
    @given(st.none() | st.lists(texts(100), max_size=4))
    def come_back(value: Any) -> None:
        accepted = accept(TaskCreate, "tags", value)
        stored = rows[Task].write("tags", value)
        assert accepted is REFUSED or same(accepted, stored)
        assert (accept(Task, "tags", value) is REFUSED) == (accepted is REFUSED)

    come_back()


def test_deep_tool_calls_come_back_unchanged(rows: dict[type[Base], Row]) -> None:
    """One way only: pydantic stops at some 250 levels, PostgreSQL at its stack's depth."""
    row = rows[Message]

    @BOUNDED
    @given(st.integers(1, 300))
    def come_back(depth: int) -> None:
        value: Any = 1
        for _ in range(depth):
            value = [value]
        accepted = accept(MessageCreate, "tool_calls", [{"value": value}])
        assert accepted is not REFUSED or depth > 200
        assert accepted is REFUSED or same(accepted, row.write("tool_calls", accepted))

    come_back()


def test_one_number_comes_back_as_another_type(rows: dict[type[Base], Row]) -> None:
    """jsonb keeps the digits and not the exponent, so a large float returns as an int."""
    (call,) = rows[Message].write("tool_calls", [{"n": 1e23, "m": -0.0}])
    assert isinstance(call["n"], int)
    assert float(call["n"]) == 1e23
    assert math.copysign(1, call["m"]) == 1
