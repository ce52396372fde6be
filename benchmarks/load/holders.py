"""Somebody who is in the way of an upgrade: a session that holds a lock or an old snapshot.

It begins just before the upgrade and lets go some seconds after the upgrade has run into it. So
each way of upgrading meets all of the hold, however long its program takes to start.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import IsolationLevel

from benchmarks.load.operations import HELD
from migrator.embedded import Server

_POLL = 0.01
_READ = "SELECT title, pg_sleep(0.01) FROM tasks"
_WRITE = "UPDATE tasks SET title = 'held' WHERE id = %s"
_ONE = "SELECT title FROM tasks WHERE id = %s"
_WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid)))"

Body = Callable[[psycopg.Connection, threading.Event], None]


@dataclass
class Hold:
    """When it was in the way, as moments of time.monotonic; None as long as it never was."""

    began: float = field(default_factory=time.monotonic)
    met: float | None = None
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """For how long somebody had to wait for it."""
        return self.ended - self.met if self.met and self.ended else None


def _reader(connection: psycopg.Connection, _released: threading.Event) -> None:
    """A report: one long SELECT, until it is cancelled."""
    connection.execute(_READ)


def _writer(connection: psycopg.Connection, released: threading.Event) -> None:
    """A job that writes a row now and then, all in one transaction."""
    connection.execute(_WRITE, [HELD])
    while not released.wait(0.1):
        connection.execute(_WRITE, [HELD])


def _idle(connection: psycopg.Connection, released: threading.Event) -> None:
    """A transaction that was opened for one SELECT and forgotten."""
    connection.execute(_ONE, [HELD])
    released.wait()


def _snapshot(connection: psycopg.Connection, released: threading.Event) -> None:
    """A backup of another table: no lock on tasks, but a snapshot that an index build waits for."""
    connection.execute('SELECT count(*) FROM "user"')
    released.wait()


HOLDERS: dict[str, Body | None] = {
    "quiet": None,
    "reader": _reader,
    "writer": _writer,
    "idle in transaction": _idle,
    "snapshot elsewhere": _snapshot,
    "never lets go": _idle,
}
FOR_EVER = "never lets go"


@contextmanager
def holding(server: Server, database: str, kind: str, seconds: float) -> Iterator[Hold | None]:
    """Hold from now until `seconds` after somebody first waits for it, or the block ends."""
    body = HOLDERS[kind]
    if body is None:
        yield None
        return
    hold = Hold()
    released = threading.Event()
    with (
        psycopg.connect(
            host=str(server.socket_dir),
            port=server.port,
            user="migrator",
            dbname=database,
            application_name=f"holder: {kind}",
        ) as connection,
        server.connect(database) as monitor,
    ):
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        threads = [
            threading.Thread(target=_hold, args=(connection, body, released)),
            threading.Thread(
                target=_watch,
                args=(monitor, connection, hold, released, None if kind == FOR_EVER else seconds),
            ),
        ]
        for thread in threads:
            thread.start()
        _wait_until_begun(connection, threads[0])
        try:
            yield hold
        finally:
            released.set()
            for thread in threads:
                thread.join()


def _hold(connection: psycopg.Connection, body: Body, released: threading.Event) -> None:
    try:
        body(connection, released)
    except psycopg.errors.QueryCanceled:
        pass  # the report is over
    except psycopg.errors.AdminShutdown:
        return  # somebody ended the session to get past it
    connection.rollback()


def _watch(
    monitor: psycopg.Connection,
    connection: psycopg.Connection,
    hold: Hold,
    released: threading.Event,
    seconds: float | None,
) -> None:
    pid = connection.info.backend_pid
    while not released.wait(_POLL):
        if hold.met is None:
            (waiting,) = monitor.execute(_WAITING, [pid]).fetchone() or (False,)
            hold.met = time.monotonic() if waiting else None
        elif seconds is not None and time.monotonic() >= hold.met + seconds:
            released.set()
    connection.cancel_safe()
    hold.ended = time.monotonic()


def _wait_until_begun(connection: psycopg.Connection, thread: threading.Thread) -> None:
    while thread.is_alive() and connection.info.transaction_status == 0:
        time.sleep(_POLL)
    time.sleep(0.3)
