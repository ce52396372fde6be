"""The engine: made once, from the environment, with connections that are alive."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from models import TaskCreate
from queries import engines, errors, run, tasks, user_session
from queries import settings as of_the_process
from queries.engines import make_engine
from queries.settings import Settings
from tests.database import execute
from tests.queries.conftest import Ask
from tests.queries.things import Things


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
