"""The engines: one a process, made when it is first needed, so that an import needs no database."""

from functools import cache
from time import monotonic
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from queries import driver
from queries.settings import Settings, settings

# A connection that was idle for longer is asked whether it is still there before it is used; one
# that was just in use is not, which spares a round trip a request. In seconds.
_TRUSTED = 5
# Neon stops an idle server after 5 minutes, and many a firewall forgets an idle connection.
_RECYCLED = 240


@cache
def engine() -> sa.Engine:
    """The process's engine for sync sessions. Raises NotConfigured."""
    return make_engine(settings())


@cache
def async_engine() -> AsyncEngine:
    """The process's engine for async sessions, all in one event loop. Raises NotConfigured."""
    return make_async_engine(settings())


def make_engine(settings: Settings) -> sa.Engine:
    """An engine of one's own, to be disposed of."""
    made = sa.create_engine(settings.url, **_options(settings, driver.Cursor))
    _listen(made)
    return made


def make_async_engine(settings: Settings) -> AsyncEngine:
    """As `make_engine`."""
    made = create_async_engine(settings.url, **_options(settings, driver.AsyncCursor))
    _listen(made.sync_engine)
    return made


def _options(settings: Settings, cursor: type) -> dict[str, Any]:
    connect: dict[str, Any] = {
        "application_name": "todo-chat",
        "connect_timeout": 10,
        "cursor_factory": cursor,
    }
    if settings.pooled:
        connect["prepare_threshold"] = None  # a prepared statement stays with the server's session
    return {
        "connect_args": connect,
        "echo": settings.sql_echo,
        "hide_parameters": True,  # what users write belongs in no log and no traceback
        "pool_size": settings.database_pool_size,
        "max_overflow": settings.database_pool_size,
        "pool_timeout": 10,
        "pool_recycle": _RECYCLED,
    }


def _listen(engine: sa.Engine) -> None:
    """Among others pool_pre_ping, but only where it finds something: see _TRUSTED."""

    @event.listens_for(engine, "connect")
    def install(_connection: Any, record: Any) -> None:
        driver.install(record.driver_connection)

    @event.listens_for(engine, "checkin")
    def note(connection: Any, record: Any) -> None:
        record.info["idle_since"] = monotonic()
        if connection is not None:  # it is lost
            driver.forget(record.driver_connection)

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("idle_since", monotonic()) <= _TRUSTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise sa.exc.DisconnectionError from error  # the pool makes another one
