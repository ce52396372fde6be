"""A second connection beside the one that migrates: it sees what that one cannot say.

While a statement waits for a lock its own session is silent. From here can be seen who holds it, a
statement can be cancelled when the process is asked to stop, and what holds the lock can be ended
where the user wants that.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import sqlalchemy as sa

from migrator import autovacuum, errors
from migrator.blockers import Wait, end_idle, look
from migrator.connection import plain
from migrator.interruption import Interruption

_LOOKS = 3
"""Looks in one try to lock a table, so that none that fails goes unseen."""

_OFTEN = 0.2
"""The longest time in seconds between two looks: a request to stop waits for the next one."""

_SELDOM = 60.0
"""The longest time in seconds without a word while something waits."""


class Watch:
    """Looks at the session `pid` again and again, from a thread of its own."""

    def __init__(
        self,
        connection: psycopg.Connection,
        pid: int,
        interruption: Interruption,
        end_idle_after: float | None,
    ) -> None:
        self.found: Wait | None = None
        """The newest moment at which the revision waited."""
        self.refused: errors.MigratorError | None = None
        """Why a session could not be ended as the user wants."""
        self._connection = connection
        self._pid = pid
        self._interruption = interruption
        self._end_idle_after = end_idle_after
        self._revision = ""
        self._speak, self._gap = 0.0, 2.0
        self._asked: set[int] = set()

    def begin(self, revision: str) -> None:
        """From now on the session works on this revision."""
        self._revision, self.found, self.refused = revision, None, None
        self._speak, self._gap = 0.0, 2.0
        self._asked = set()

    def run(self, done: threading.Event, every: float) -> None:
        # Without a server there is nothing to see; the migrating session says so itself.
        with suppress(psycopg.OperationalError):
            while not done.wait(every):
                self._interruption.cancel(self._cancel)
                self._look()

    def _cancel(self) -> None:
        self._connection.execute("SELECT pg_cancel_backend(%s)", [self._pid])

    def _look(self) -> None:
        wait = look(self._connection, self._pid)
        if wait is None:
            return
        self.found = wait
        if time.monotonic() >= self._speak:
            self._say(f"waiting  {self._revision}  {errors.waits(wait)}")
            self._speak, self._gap = time.monotonic() + self._gap, min(2 * self._gap, _SELDOM)
        if self._end_idle_after is not None and self.refused is None:
            self._end(wait, self._end_idle_after)
        vacuums = {one.pid for one in wait.blockers if autovacuum.may_be(one)}
        if wait.table and vacuums - self._asked:
            self._asked |= vacuums
            autovacuum.ask_to_give_way(self._connection, wait.table)

    def _end(self, wait: Wait, after: float) -> None:
        if hidden := [one for one in wait.blockers if one.hidden and one.role]:
            self.refused = errors.may_not_see(hidden[0].pid, hidden[0].role)
            return
        try:
            ended = end_idle(self._connection, self._pid, after)
        except psycopg.errors.InsufficientPrivilege:
            self.refused = errors.may_not_end(wait)
            return
        for pid in ended:
            who = next((str(one) for one in wait.blockers if one.pid == pid), f"pid {pid}")
            self._say(f"ended    {who}")

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


@contextmanager
def watching(
    connection: sa.Connection,
    lock_timeout: float,
    interruption: Interruption,
    end_idle_after: float | None = None,
) -> Iterator[Watch]:
    """Watch the session of `connection` from a connection of its own."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    connection.commit()
    with plain(connection.engine.url) as second:
        watch, done = Watch(second, pid, interruption, end_idle_after), threading.Event()
        every = min(lock_timeout / _LOOKS, _OFTEN)
        thread = threading.Thread(target=watch.run, args=(done, every), name="watch", daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            done.set()
            thread.join()
