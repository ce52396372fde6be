"""A hand on every statement of a run: to count them, and to strike at a chosen one."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing.context import ForkProcess

import psycopg
import sqlalchemy as sa
from alembic.util import CommandError

from migrator.embedded import Server

COMMIT = "COMMIT"
FORK = multiprocessing.get_context("fork")

Act = Callable[[str, sa.Connection], None]


@contextmanager
def before_each(act: Act) -> Iterator[None]:
    """Call `act` before each statement and each commit that SQLAlchemy sends in this process.

    Between two of them the session is idle and nothing changes, so these are all the states in
    which a process or a session can be struck, except for the middle of a statement.
    """

    def statement(connection: sa.Connection, _cursor: object, text: str, *_: object) -> None:
        act(text, connection)

    def commit(connection: sa.Connection) -> None:
        act(COMMIT, connection)

    sa.event.listen(sa.Engine, "before_cursor_execute", statement)
    sa.event.listen(sa.Engine, "commit", commit)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", statement)
        sa.event.remove(sa.Engine, "commit", commit)


def traced(run: Callable[[], object]) -> list[str]:
    """Run it undisturbed; return what it sent, in order."""
    sent: list[str] = []
    with before_each(lambda text, _: sent.append(text)):
        run()
    return sent


@contextmanager
def striking(point: int, strike: Callable[[sa.Connection], None]) -> Iterator[list[int]]:
    """Strike before the statement numbered `point`, from 0. The yielded list then holds it."""
    numbers = count()
    struck: list[int] = []

    def act(_: str, connection: sa.Connection) -> None:
        if next(numbers) == point:
            struck.append(point)
            strike(connection)

    with before_each(act):
        yield struck


def kill(_: sa.Connection) -> None:
    """SIGKILL to this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


def terminator(server: Server) -> Callable[[sa.Connection], None]:
    """Strike by pg_terminate_backend, from another session, and wait until it is gone."""

    def terminate(connection: sa.Connection) -> None:
        session = connection.connection.dbapi_connection
        assert isinstance(session, psycopg.Connection)  # noqa: S101  the only driver used here
        with server.connect() as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 10000)", [session.info.backend_pid])

    return terminate


def forked(run: Callable[[], object]) -> ForkProcess:
    """Start it in a process of its own, everything imported already.

    Its `exitcode` is 0, minus the number of the signal that ended it, or 1 for an error that the
    command line could not have put into words.
    """

    def orderly() -> None:
        with suppress(CommandError, sa.exc.DBAPIError):
            run()

    process = FORK.Process(target=orderly)
    process.start()
    return process
