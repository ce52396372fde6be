"""The transaction that begins with its first statement: it is the user's, whatever that is."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import Conversation, MessageCreate, Task, TaskCreate
from queries import (
    accounts,
    ask,
    async_ask,
    async_user_session,
    errors,
    messages,
    run,
    stream,
    tasks,
    user_session,
)
from queries.engines import make_async_engine
from queries.settings import Settings
from tests.queries.things import Things

ACTING = "SELECT current_setting('app.user_id', true)"


def test_an_error_undoes_all_that_was_sent_at_once(single: sa.Engine, things: Things) -> None:
    """It is the error of the query, and the connection is as it was."""
    taken = messages.append(
        things.user_id,
        things.conversation_id,
        MessageCreate(id=things.message.id, role="user", content="other"),
    )
    with pytest.raises(errors.IdTaken):
        ask(taken, single)
    for number in range(20):  # however much of the answer is there when it is looked at
        with pytest.raises(errors.UnknownUser):
            ask(tasks.create(f"gone {number}", TaskCreate(title="x")), single)
    assert len(ask(tasks.listed(things.user_id), single).rows) == 1
    with single.connect() as connection:
        assert not connection.exec_driver_sql(ACTING).scalar_one()


def test_a_session_that_asks_nothing_leaves_nothing(
    single: sa.Engine, things: Things, bob: str
) -> None:
    with user_session(things.user_id, single):
        pass
    with single.connect() as connection:
        assert not connection.exec_driver_sql(ACTING).scalar_one()
    with user_session(bob, single) as session:
        assert run(session, tasks.listed(bob)).rows == []


def first_flush(session: Session, user: str) -> None:
    session.add(Task(user_id=user, title="flushed"))


def first_savepoint(session: Session, user: str) -> None:
    with session.begin_nested():
        run(session, tasks.create(user, TaskCreate(title="nested")))


def first_many(session: Session, user: str) -> None:
    session.connection().execute(
        sa.insert(Conversation), [{"user_id": user, "title": str(number)} for number in range(3)]
    )


def first_stream(session: Session, user: str) -> None:
    assert not list(stream(session, messages.history(user, uuid4())))


def first_of_the_driver(session: Session, user: str) -> None:
    connection: Any = session.connection().connection.driver_connection
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({ACTING}) TO STDOUT") as copy,
    ):
        assert list(copy.rows()) == [(user,)]


def first_streamed_by_the_driver(session: Session, user: str) -> None:
    connection: Any = session.connection().connection.driver_connection
    assert list(connection.cursor().stream("SELECT current_setting('app.user_id')")) == [(user,)]


FIRST = [
    first_flush,
    first_savepoint,
    first_many,
    first_stream,
    first_of_the_driver,
    first_streamed_by_the_driver,
]


@pytest.mark.parametrize("first", FIRST, ids=lambda first: first.__name__)
def test_whatever_comes_first_is_in_the_transaction_of_the_user(
    first: Callable[[Session, str], None], single: sa.Engine, ada: str
) -> None:
    with pytest.raises(ZeroDivisionError), user_session(ada, single) as session:  # noqa: PT012
        first(session, ada)
        session.flush()
        assert session.connection().exec_driver_sql(ACTING).scalar_one() == ada
        raise ZeroDivisionError
    kept = ask(accounts.count(ada), single)
    assert kept == accounts.Counts(0, 0, 0)
    with user_session(ada, single) as session:
        first(session, ada)
    with single.connect() as connection:
        assert not connection.exec_driver_sql(ACTING).scalar_one()


def test_the_same_in_async(settings: Callable[[str], Settings], who: str, ada: str) -> None:
    """By each way to ask that psycopg has."""

    async def copy(connection: Any) -> None:
        async with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY ({ACTING}) TO STDOUT") as copying,
        ):
            assert [row async for row in copying.rows()] == [(ada,)]

    async def many(connection: Any) -> None:
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", [(ada,)]
            )

    async def streaming(connection: Any) -> None:
        async for _ in connection.cursor().stream("SELECT 1"):
            pass

    async def named(connection: Any) -> None:
        async with connection.cursor("named") as cursor:
            await cursor.execute("SELECT 1")

    async def use() -> None:
        engine = make_async_engine(settings(who))
        for first in (copy, many, streaming, named):
            with pytest.raises(ZeroDivisionError):  # noqa: PT012
                async with async_user_session(ada, engine) as session:
                    connection = await session.connection()
                    await first((await connection.get_raw_connection()).driver_connection)
                    assert (await connection.exec_driver_sql(ACTING)).scalar_one() == ada
                    raise ZeroDivisionError
            assert await async_ask(accounts.count(ada), engine) == accounts.Counts(0, 0, 0)
        async with async_user_session(ada, engine):
            pass
        async with engine.connect() as other:
            assert not (await other.exec_driver_sql(ACTING)).scalar_one()
        await engine.dispose()

    asyncio.run(use())


def test_an_engine_of_somebody_else_is_refused(single: sa.Engine, ada: str) -> None:
    """Its cursors would not say whose the transaction is."""
    other = sa.create_engine(single.url, poolclass=sa.NullPool)
    with pytest.raises(errors.ForeignEngine) as refused, user_session(ada, other):
        pass
    with pytest.raises(errors.ForeignEngine):
        ask(accounts.count(ada), other)
    assert str(refused.value) == (
        "error: the engine is not one of queries.engines\n"
        "hint: make it with make_engine or make_async_engine"
    )
