"""Nobody reads, changes or counts what is somebody else's, also where a filter was forgotten."""

from collections.abc import Callable
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter
from sqlmodel import Session, col, select

from models import Conversation, Message, Task, User
from queries import Query, errors, run, user_session
from queries.query import Listing, stream
from tests.database import execute
from tests.queries.conftest import Ask
from tests.queries.things import EVERY, SECRET, Things, fill

TABLES = ("tasks", "conversations", "messages")
CHECKSUM = " UNION ALL ".join(
    f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {table} AS t"
    " WHERE user_id = %s"
    for table in TABLES
)


@pytest.fixture
def checksum(address: Callable[[str], str], things: Things) -> Callable[[], object]:
    """Of all rows of Ada, as they are in the database."""
    return lambda: execute(address("owner"), CHECKSUM, *[things.user_id] * len(TABLES))


def without_filter(query: Query[Any]) -> Query[Any]:
    """As if its author had forgotten every condition on the user."""

    def forget(element: Any, **_: Any) -> Any:
        if isinstance(element, sa.BinaryExpression) and any(
            isinstance(side, BindParameter) and side.key == "user"
            for side in (element.left, element.right)
        ):
            return sa.true()
        return None

    statement = visitors.replacement_traverse(cast(Any, query.statement), {}, forget)
    otherwise = without_filter(query.otherwise) if query.otherwise else None
    return type(query)(query.user_id, statement, query.parameters, query.read, otherwise)


def outcome(ask: Ask, user_id: str, query: Query[Any]) -> object:
    """What the user gets: a value, or an error."""
    try:
        return ask(user_id, query)
    except errors.QueryError as error:
        return error


def leaked(told: object, things: Things) -> bool:
    return SECRET in repr(told) or things.user_id in repr(told)


@pytest.mark.parametrize("forgotten", [False, True], ids=["filtered", "forgotten"])
def test_a_stranger_gets_nothing_and_changes_nothing(
    forgotten: bool,
    ask: Ask,
    bob: str,
    things: Things,
    checksum: Callable[[], object],
    leaks: list[bool],
) -> None:
    before = checksum()
    for name, asked in EVERY.items():
        query = without_filter(asked(bob, things)) if forgotten else asked(bob, things)
        leak = leaked(outcome(ask, bob, query), things) or checksum() != before
        leaks.append(leak)
        assert not leak, name


def test_the_check_would_see_a_leak(ask: Ask, things: Things) -> None:
    query = EVERY["messages.history"](things.user_id, things)
    assert leaked(outcome(ask, things.user_id, query), things)


def test_a_filter_is_really_forgotten(
    engines: dict[str, sa.Engine], bob: str, things: Things
) -> None:
    """Without the session's second line, the owner of the tables sees everybody's rows."""
    query = without_filter(EVERY["tasks.listed"](bob, things))
    with engines["owner"].connect() as connection:
        rows = connection.execute(query.statement, {"user": bob, **query.parameters}).all()
    assert SECRET in repr(rows)


ORM: dict[str, Callable[[Session, Things], Any]] = {
    "entities": lambda session, _: session.exec(select(Message)).all(),
    "columns": lambda session, _: session.exec(select(Message.content)).all(),
    "count": lambda session, _: (
        session.exec(select(sa.func.count()).select_from(Task)).one() or None
    ),
    "join": lambda session, _: session.exec(
        select(Message.content, Conversation.title).join(Conversation)
    ).all(),
    "subquery": lambda session, _: session.exec(
        select(Task.title).where(sa.exists().where(col(Message.content).startswith("the")))
    ).all(),
    "get": lambda session, its: session.get(Conversation, its.conversation_id),
    "users": lambda session, _: session.exec(select(User.id)).all(),
    "update": lambda session, _: session.exec(sa.update(Task).values(title="x")).rowcount or None,
    "delete": lambda session, _: session.exec(sa.delete(Conversation)).rowcount or None,
}


@pytest.mark.parametrize("name", ORM)
def test_statements_of_the_orm_see_nothing_of_others(
    name: str, engine: sa.Engine, bob: str, things: Things, checksum: Callable[[], object]
) -> None:
    before = checksum()
    try:
        with user_session(bob, engine) as session:
            told = ORM[name](session, things)
    except errors.NotAllowed:
        told = None  # "user" is no table of app_user's
    assert told in (None, [], [bob])
    assert checksum() == before


def test_a_statement_sees_the_user_of_its_session(engine: sa.Engine, ada: str, bob: str) -> None:
    """Its compiled form is cached, the user in it is not."""
    for user in (ada, bob, ada):
        fill(engine, user, number=1)
        with user_session(user, engine) as session:
            assert set(session.exec(select(Message.user_id)).all()) == {user}


def test_a_query_for_another_user_is_a_fault(ask: Ask, bob: str, things: Things) -> None:
    for asked in EVERY.values():
        with pytest.raises(errors.OtherUser):
            ask(bob, asked(things.user_id, things))


def test_a_row_cannot_be_given_to_somebody_else_by_the_role(
    engines: dict[str, sa.Engine], bob: str, things: Things
) -> None:
    for attempt in (
        sa.update(Task).values(user_id=bob),
        sa.insert(Task).values(user_id=bob, title="not mine"),
    ):
        with (
            pytest.raises(errors.NotAllowed),
            user_session(things.user_id, engines["app_user"]) as session,
        ):
            session.exec(attempt)


def test_what_text_escapes_only_the_role_holds(
    engines: dict[str, sa.Engine], bob: str, things: Things
) -> None:
    everything = sa.text("SELECT title FROM tasks")
    with user_session(bob, engines["owner"]) as session:
        assert SECRET in repr(session.connection().execute(everything).all())
    with user_session(bob, engines["app_user"]) as session:
        assert session.connection().execute(everything).all() == []


HOSTILE = {
    "quote": "' OR true --",
    "sql": "x'); DELETE FROM messages; --",
    "long": "x" * 10_000,
    "backslash": "\\",
    "percent": "%(user)s %s %",
    "emoji": "🙂" * 50,
    "space": " ",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_user_gets_nothing(
    hostile: str,
    engine: sa.Engine,
    things: Things,
    checksum: Callable[[], object],
) -> None:
    before = checksum()
    for name, asked in EVERY.items():
        try:
            with user_session(hostile, engine) as session:
                told = run(session, asked(hostile, things))
        except errors.QueryError as error:
            told = error
        assert not leaked(told, things), name
    assert checksum() == before


@pytest.mark.parametrize("impossible", ["", "a\x00b", "\ud800"], ids=["empty", "nul", "surrogate"])
def test_an_impossible_user_is_unknown(impossible: str, engine: sa.Engine, things: Things) -> None:
    with pytest.raises(errors.UnknownUser), user_session(impossible, engine):
        pass
    with pytest.raises(errors.UnknownUser), engine.connect() as connection:
        run(connection, EVERY["tasks.listed"](impossible, things))


def test_a_stream_of_a_stranger_is_empty(engine: sa.Engine, bob: str, things: Things) -> None:
    with user_session(bob, engine) as session:
        for name in ("messages.history", "accounts.export"):
            query = EVERY[name](bob, things)
            assert isinstance(query, Listing)
            assert list(stream(session, query)) == []
            forgotten = without_filter(query)
            assert isinstance(forgotten, Listing)
            assert list(stream(session, forgotten)) == []
