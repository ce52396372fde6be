"""Steps outside a transaction, and the limits that hold for them."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

from migrator import errors
from migrator.progress import watched

log = logging.getLogger("alembic.runtime.migration")

_LIMITS = """
SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),
    coalesce(nullif(current_setting('migrator.build_timeout', true), ''), '0')
"""
_SET_LIMITS = """
SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)
"""
_IN_MS = "SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'"
_OTHERS_BUILD = """
SELECT pid FROM pg_stat_progress_create_index
WHERE relid = to_regclass(%s) AND pid <> pg_backend_pid()
"""
_POLL = 0.5  # seconds


@contextmanager
def outside_transaction() -> Iterator[sa.Connection | None]:
    """Alembic's autocommit block; yields None in `--sql`. The lock budget goes on to hold."""
    migration = op.get_context()
    lost: sa.exc.DBAPIError | None = None
    try:
        with migration.autocommit_block():
            try:
                yield None if migration.as_sql else migration.connection
            except sa.exc.DBAPIError as error:
                lost = error if error.connection_invalidated else None
                raise
    except sa.exc.PendingRollbackError:
        # Alembic ends the block on a connection that is gone, and would hide why it is.
        if lost is not None:
            raise lost from None
        raise


@dataclass(frozen=True)
class Build:
    """The connection that builds, and how long a build may take: in seconds, 0 for no limit."""

    connection: sa.Connection
    limit: float

    def wait_for_others(self, table: str) -> None:
        """Wait while somebody else builds an index on `table`.

        It may be our own: a killed process leaves its build running in the server to the end.
        """
        give_up = time.monotonic() + self.limit
        told = False
        while pids := self.connection.exec_driver_sql(_OTHERS_BUILD, (table,)).scalars().all():
            if not told:
                log.info("waiting for pid %s, which builds an index on %s", pids[0], table)
                told = True
            if self.limit and time.monotonic() > give_up:
                raise errors.other_build_too_long(table, pids[0], self.limit)
            time.sleep(_POLL)


@contextmanager
def building(what: str) -> Iterator[Build | None]:
    """Work that lets reads and writes pass, and so may wait: without a lock budget.

    A concurrent build also waits for old snapshots, and a lock_timeout ends that wait and leaves
    an invalid index. The limit is the session's `migrator.build_timeout`, written as
    statement_timeout is (`1800000ms`); none when it is empty. Shows progress; yields None in
    `--sql`.
    """
    with outside_transaction() as connection:
        if connection is None:
            yield None
            return
        lock, statement, limit = connection.exec_driver_sql(_LIMITS).one()
        connection.exec_driver_sql(_SET_LIMITS, ("0", limit))
        seconds = connection.exec_driver_sql(_IN_MS).scalar_one() / 1000
        try:
            with watched(connection, what):
                yield Build(connection, seconds)
        finally:
            if not connection.invalidated:
                connection.exec_driver_sql(_SET_LIMITS, (lock, statement))
