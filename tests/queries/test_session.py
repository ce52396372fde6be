"""Sessions: one transaction for one user, and a connection that keeps nothing of it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models import Task, TaskCreate, TaskUpdate
from queries import async_user_session, errors, run, tasks, user_session
from queries.engines import make_async_engine
from queries.settings import Settings
from tests.queries.things import EVERY, Things

KEPT = "SELECT current_setting('app.user_id', true), current_setting('timezone')"


def kept(engine: sa.Engine) -> tuple[str | None, str]:
    """What the connection knows of the session before."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        assert not driver.autocommit
        user, zone = connection.exec_driver_sql(KEPT).one()
    return user or None, zone


def test_nothing_is_left_on_the_connection(single: sa.Engine, things: Things) -> None:
    before = kept(single)
    user = things.user_id
    with user_session(user, single) as session:
        run(session, tasks.listed(user))
        assert session.connection().exec_driver_sql(KEPT).one() == (user, "UTC")
    assert kept(single) == before
    with pytest.raises(ZeroDivisionError), user_session(user, single):
        raise ZeroDivisionError
    assert kept(single) == before
    with pytest.raises(sa.exc.ProgrammingError), user_session(user, single) as session:
        session.connection().exec_driver_sql("SELECT FROM WHERE")
    assert kept(single) == before
    long_ago = things.seen.replace(year=2001)
    stale = tasks.update(user, things.task_id, TaskUpdate(title="x"), seen=long_ago)
    with user_session(user, single) as session:
        with pytest.raises(errors.Changed), session.begin_nested():
            run(session, stale)
        assert session.connection().exec_driver_sql(KEPT).scalar_one() == user
    assert kept(single) == before


def test_it_commits_when_the_block_ends_and_not_when_it_raises(engine: sa.Engine, ada: str) -> None:
    with user_session(ada, engine) as session:
        run(session, tasks.create(ada, TaskCreate(title="kept")))
    with pytest.raises(ZeroDivisionError), user_session(ada, engine) as session:  # noqa: PT012
        run(session, tasks.create(ada, TaskCreate(title="lost")))
        raise ZeroDivisionError
    with user_session(ada, engine) as session:
        assert session.exec(select(Task.title)).all() == ["kept"]


def test_the_async_one_does_the_same(
    settings: Callable[[str], Settings], who: str, engine: sa.Engine, ada: str
) -> None:
    async def use() -> None:
        asynchronous = make_async_engine(settings(who))
        async with async_user_session(ada, asynchronous) as session:
            session.add(Task(user_id=ada, title="kept"))
        with pytest.raises(ZeroDivisionError):  # noqa: PT012
            async with async_user_session(ada, asynchronous) as session:
                await run(session, tasks.create(ada, TaskCreate(title="lost")))
                raise ZeroDivisionError
        async with asynchronous.connect() as connection:
            assert not (await connection.exec_driver_sql(KEPT)).scalar_one()
        with pytest.raises(errors.UnknownUser):
            async with async_user_session("gone", asynchronous) as session:
                await run(session, tasks.create("gone", TaskCreate(title="x")))
        await asynchronous.dispose()

    asyncio.run(use())
    with user_session(ada, engine) as session:
        assert session.exec(select(Task.title)).all() == ["kept"]


def test_objects_can_be_used_after_the_session(engine: sa.Engine, things: Things) -> None:
    with user_session(things.user_id, engine) as session:
        task = session.exec(select(Task)).one()
    assert task.id == things.task_id


def test_each_query_is_one_statement(
    engine: sa.Engine, things: Things, statements: list[str]
) -> None:
    for name, asked in EVERY.items():
        # These find their row changed, gone or there already: a second one says which.
        settled = name in {"conversations.create", "messages.append_all"}
        if name.endswith(".delete"):
            continue
        with user_session(things.user_id, engine) as session:
            statements.clear()
            try:
                run(session, asked(things.user_id, things))
            except errors.Conflict:
                settled = True
            assert len(statements) == 1 + settled, name
            session.rollback()
