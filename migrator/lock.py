"""One migration at a time on a database, whichever entry point started it.

A session-level advisory lock, on a connection of its own in autocommit: a connection that waits
in pg_advisory_lock, or holds a snapshot, keeps CREATE INDEX CONCURRENTLY waiting for ever or
deadlocks with it. So the lock is polled.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from migrator import errors

KEY = 0x616C656D62696300  # "alembic" in ASCII; one lock a database, since the key is per database
POLL = 0.2
"""Seconds between two tries."""

HOLDER = """
SELECT a.pid, a.application_name, a.usename, extract(epoch FROM now() - a.backend_start)::int
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid::bigint << 32 | l.objid::bigint = %s
"""


@contextmanager
def migration_lock(
    engine: sa.Engine, wait: float, pause: Callable[[float], object] = time.sleep
) -> Iterator[sa.Connection]:
    """Hold the lock; raises MigratorError naming the holder after `wait` seconds without it.

    `pause` sleeps for so many seconds between two tries, or raises to end the waiting.
    Yields the connection that holds it: as long as that one answers, nobody else migrates.
    """
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # Closed for good afterwards, which releases the lock even when the session is past talking.
        connection.detach()
        give_up = time.monotonic() + wait
        while not connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (KEY,)).scalar():
            if time.monotonic() >= give_up:
                raise errors.migration_running(
                    wait, connection.exec_driver_sql(HOLDER, (KEY,)).first()
                )
            pause(POLL)
        yield connection
