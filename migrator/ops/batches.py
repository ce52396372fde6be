"""Fills columns of a big table: in small batches that commit, in the order of the key.

Nobody waits for more than one batch, which is kept short. What is done is told by the condition
alone, so a run after an interruption finds the rest. A revision of such a step holds nothing else.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrator import errors
from migrator.ops import batch_sql, sql
from migrator.ops.batch_sql import FIRST_BATCH, UNDONE, Fill
from migrator.ops.outside import log, outside_transaction
from migrator.progress import Reading, display

PATIENCE = 60.0
"""Seconds for which the same batch may meet locked rows or deadlocks before it gives up."""
_NOT_NOW = {"55P03", "40P01"}  # lock_not_available, deadlock_detected

_ROWS = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"
# A role that may not read the lag of others finds none here.
_LAG = """
SELECT application_name, extract(epoch FROM replay_lag)::float8 FROM pg_stat_replication
WHERE replay_lag IS NOT NULL ORDER BY replay_lag DESC LIMIT 1
"""

Key = tuple[object, ...]


def backfill(
    table: str,
    values: Mapping[str, str],
    *,
    where: str,
    key: str | Sequence[str] = "id",
    seconds: float = 0.1,
    into: str | None = None,
) -> None:
    """Set columns to SQL expressions in the rows that satisfy `where`, about `seconds` a batch.

    `where` says what is still to be done, and must be false of a row that has been set: this is
    checked in every batch. `key` are the columns of a unique index without NULLs, such as the
    primary key. Rows that the application adds meanwhile it must write complete, by a default, a
    trigger or itself; one that it has locked is tried again. Waits for replicas that fall behind.

    With `into` the rows are copied instead: `values` are columns of that table, and a row that its
    unique constraint knows already stays as it is there.
    """
    columns = (key,) if isinstance(key, str) else tuple(key)
    fill = Fill(table, dict(values), where, columns, seconds, into)
    if op.get_context().as_sql:
        with outside_transaction():
            sql.execute(batch_sql.block(fill))
        return
    with outside_transaction() as connection:
        assert connection is not None  # noqa: S101  online there is one
        _Run(connection, fill).run()


@dataclass
class _Tally:
    rows: int = 0
    batches: int = 0
    longest: float = 0.0
    """Seconds that the longest batch held its rows locked."""


class _Run:
    """One run from the first key to the last; every statement is a transaction."""

    def __init__(self, connection: sa.Connection, fill: Fill) -> None:
        self._connection = connection
        self._fill = fill
        self._tally = _Tally()

    def run(self) -> None:
        what = f"backfilling {self._fill.table}"
        table = sql.name(self._fill.table)
        expected: int = self._connection.exec_driver_sql(_ROWS, (table,)).scalar_one()
        start, size, passed = self._key(batch_sql.first(self._fill)), FIRST_BATCH, 0
        shown = display(what)
        try:
            while start is not None:
                self._wait_for_replicas(what)
                end = self._key(batch_sql.ahead(self._fill), size=size, start=start)
                changed, took = self._batch(start, end)
                start, passed = end, passed + size
                size = batch_sql.next_size(size, changed, took, self._fill.seconds)
                shown.show(Reading("passed", min(passed, expected), expected))
        finally:
            shown.close()
        tally = self._tally
        log.info(
            "%s: %s rows in %s batches, the longest %.3f s",
            *(what, tally.rows, tally.batches, tally.longest),
        )

    def _key(self, statement: str, *, size: int = 0, start: Key = ()) -> Key | None:
        found, _ = self._execute(statement, _named("start", start) | {"size": size})
        row = found.one_or_none()
        return None if row is None else tuple(row)

    def _batch(self, start: Key, end: Key | None) -> tuple[int, float]:
        """Fill the rows from `start` to before `end` (None: to the last).

        Returns how many, and the seconds.
        """
        bounds = _named("start", start) | _named("stop", end or ())
        try:
            found, took = self._execute(batch_sql.batch(self._fill, last=end is None), bounds)
        except sa.exc.DBAPIError as error:
            if UNDONE in str(error.orig):
                raise errors.backfill_without_end(self._fill.table, self._fill.where) from error
            raise
        changed: int = found.one()[0]
        self._tally.rows += changed
        self._tally.batches += 1
        self._tally.longest = max(self._tally.longest, took)
        return changed, took

    def _wait_for_replicas(self, what: str) -> None:
        shown = None
        while True:
            row = self._connection.exec_driver_sql(_LAG).one_or_none()
            if row is None or row[1] < batch_sql.MOST_LAG:
                break
            if shown is None:
                log.info('%s: waiting for replica "%s", %.0f s behind', what, row[0], row[1])
                shown = display(what)
            shown.show(Reading(f'waiting for replica "{row[0]}", {row[1]:.0f} s behind'))
            time.sleep(1)
        if shown is not None:
            shown.close()

    def _execute(
        self, statement: str, parameters: dict[str, object]
    ) -> tuple[sa.CursorResult[Any], float]:
        """Execute until it gets its locks. Returns also the seconds of the try that did."""
        give_up = time.monotonic() + PATIENCE
        while True:
            began = time.monotonic()
            try:
                found = self._connection.execute(sa.text(statement), parameters)
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _NOT_NOW:
                    raise
                if time.monotonic() > give_up:
                    reason = errors.from_database(error)
                    raise errors.backfill_blocked(self._fill.table, PATIENCE, reason) from error
            else:
                return found, time.monotonic() - began
            # The application has waited for us as long, and gets its turn.
            time.sleep(random.uniform(0.1, 0.5))  # noqa: S311


def _named(prefix: str, key: Key) -> dict[str, object]:
    return {f"{prefix}_{n}": value for n, value in enumerate(key)}
