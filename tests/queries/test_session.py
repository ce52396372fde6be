"""Sessions: one transaction for one user, and a connection that keeps nothing of it."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from migrator.embedded import Server
from models import Task, TaskCreate, TaskUpdate
from queries import async_user_session, engines, errors, messages, run, tasks, user_session
from queries import settings as of_the_process
from queries.engines import make_async_engine, make_engine
from queries.settings import Settings
from tests.database import execute
from tests.queries.conftest import Ask
from tests.queries.proxy import Proxy, proxy
from tests.queries.things import EVERY, Things

KEPT = "SELECT current_setting('app.user_id', true), current_setting('timezone')"


@pytest.fixture
def single(settings: Callable[[str], Settings], who: str) -> Iterator[sa.Engine]:
    """An engine with one connection, which every session gets after the other."""
    engine = make_engine(settings(who).model_copy(update={"database_pool_size": 1}))
    yield engine
    engine.dispose()


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


@pytest.fixture
def counting(server: Server) -> Iterator[Proxy]:
    with proxy(server.socket_dir / f".s.PGSQL.{server.port}") as made:
        yield made


def through(counting: Proxy, url: str) -> Settings:
    address = sa.make_url(url).set(host="127.0.0.1", port=counting.port, query={})
    return Settings.model_validate({"database_url": address.render_as_string(hide_password=False)})


def test_a_query_in_a_session_is_three_round_trips(
    counting: Proxy, address: Callable[[str], str], who: str, things: Things
) -> None:
    """Whose it is (with BEGIN), the query, COMMIT. Of the pool nothing is added."""
    query = tasks.listed(things.user_id)
    engine = make_engine(through(counting, address(who)))
    for _ in range(7):  # connects, and then prepares
        before = counting.turns
        with user_session(things.user_id, engine) as session:
            run(session, query)
    engine.dispose()
    assert counting.turns - before == 3


def test_a_query_without_a_session_is_one_round_trip(
    counting: Proxy, address: Callable[[str], str], things: Things
) -> None:
    """For the owner, whom no policy concerns."""
    engine = make_engine(through(counting, address("owner")))
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    for _ in range(7):
        before = counting.turns
        with autocommit.connect() as connection:
            run(connection, tasks.listed(things.user_id))
    engine.dispose()
    assert counting.turns - before == 1


def test_the_async_session_is_three_round_trips_too(
    counting: Proxy, address: Callable[[str], str], who: str, things: Things
) -> None:
    query = messages.latest(things.user_id, things.conversation_id)

    async def use() -> int:
        engine = make_async_engine(through(counting, address(who)))
        for _ in range(7):
            before = counting.turns
            async with async_user_session(things.user_id, engine) as session:
                await run(session, query)
        turns = counting.turns - before
        await engine.dispose()
        return turns

    assert asyncio.run(use()) == 3


# The engine


def test_importing_needs_no_database() -> None:
    code = "import queries, queries.reminders, queries.retention"
    done = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, address: Callable[[str], str]
) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("DATABASE_URL", address("owner"))
    of_the_process.settings.cache_clear()
    engines.engine.cache_clear()
    yield monkeypatch
    of_the_process.settings.cache_clear()
    if engines.engine.cache_info().currsize:
        engines.engine().dispose()
    engines.engine.cache_clear()


@pytest.mark.usefixtures("environment")
def test_there_is_one_engine_a_process(ada: str) -> None:
    assert engines.engine() is engines.engine()
    assert not engines.engine().echo
    with user_session(ada) as session:
        assert session.get_bind() is engines.engine()


def test_echo_shows_statements_and_no_content(
    environment: pytest.MonkeyPatch, ada: str, caplog: pytest.LogCaptureFixture
) -> None:
    environment.setenv("SQL_ECHO", "1")
    with caplog.at_level(logging.INFO, "sqlalchemy.engine"), user_session(ada) as session:
        run(session, tasks.create(ada, TaskCreate(title="a secret")))
    assert "INSERT INTO tasks" in caplog.text
    assert "a secret" not in caplog.text


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d?ssl=true", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql://u:p@h/d?pgbouncer=true&schema=public", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_every_form_of_an_address(address: str, driver: str) -> None:
    assert Settings(database_url=address).url.render_as_string(hide_password=False) == driver


@pytest.mark.parametrize(
    ("address", "pooled"),
    [
        ("postgresql://u@ep-1-pooler.eu.neon.tech/d", True),
        ("postgresql://u@ep-1.eu.neon.tech/d", False),
        ("postgresql://u@h/d?pgbouncer=true", True),
        ("postgresql://u@h/d", False),
    ],
)
def test_a_pooler_is_seen_by_its_address(address: str, pooled: bool) -> None:
    settings = Settings(database_url=address)
    assert settings.pooled is pooled
    assert Settings(database_url=address, database_pooled=True).pooled
    arguments = engines._options(settings, object)["connect_args"]
    assert ("prepare_threshold" in arguments) is pooled


@pytest.mark.parametrize(
    ("variables", "detail"),
    [
        ({}, "Field required"),
        ({"DATABASE_URL": "secret"}, "it cannot be read as an address"),
        ({"DATABASE_URL": "mysql://u:secret@h/d"}, 'it is for "mysql"'),
    ],
)
def test_an_address_that_is_none_is_not_repeated(
    environment: pytest.MonkeyPatch, variables: dict[str, str], detail: str
) -> None:
    environment.delenv("DATABASE_URL")
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(errors.NotConfigured) as refused:
        engines.engine()
    assert str(refused.value) == (
        'error: "DATABASE_URL" is not set to something usable\n'
        f"detail: {detail}\n"
        "hint: export DATABASE_URL=postgresql://user:password@host:5432/name"
    )


def test_a_connection_that_died_while_idle_is_replaced(
    single: sa.Engine, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = single.url.set(username="postgres").render_as_string(hide_password=False)
    query = tasks.listed(things.user_id)

    def ask() -> int:
        with user_session(things.user_id, single) as session:
            driver: Any = session.connection().connection.driver_connection
            run(session, query)
            return int(driver.info.backend_pid)

    pid = ask()
    execute(admin, "SELECT pg_terminate_backend(%s, 10000)", pid)
    with pytest.raises(errors.Retryable):  # it was just in use, so it was trusted
        ask()
    pid = ask()
    execute(admin, "SELECT pg_terminate_backend(%s, 10000)", pid)
    monkeypatch.setattr(engines, "_TRUSTED", -1)
    assert ask() != pid


def test_an_exhausted_pool_is_retryable(
    settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch, ada: str
) -> None:
    one = sa.create_engine(settings("owner").url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with pytest.raises(errors.Retryable) as busy, one.connect(), user_session(ada, one):
        pass
    assert busy.value.detail == "no connection of the pool became free"
    one.dispose()


def test_a_server_that_is_not_there_is_retryable(ada: str, ask: Ask) -> None:
    url = "postgresql+psycopg://u@/d?host=/nonexistent"
    nowhere = make_engine(Settings(database_url=url))
    with pytest.raises(errors.Retryable) as away, user_session(ada, nowhere):
        pass
    assert away.value.detail == "the connection was lost"
