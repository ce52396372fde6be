"""Statements that PostgreSQL refuses in a transaction, held open from outside until they are seen.

CREATE INDEX CONCURRENTLY and its like wait for whoever may still see the old state: a session with
an old snapshot that has every table and index open keeps them waiting, until their locks have been
read out of pg_locks. What takes a strong lock waits for that session too.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

from migrator.preflight.modes import Mode

# The locks are asked for once: a moment later there are others, and a mode would meet another
# relation.
_LOOK = """
SELECT (SELECT coalesce(json_agg(json_build_array(l.relation::bigint, l.mode)), '[]')
        FROM pg_locks AS l WHERE l.pid = %(pid)s AND l.relation IS NOT NULL),
    (SELECT backend_xid::text FROM pg_stat_activity WHERE pid = %(pid)s),
    %(holder)s = ANY (pg_blocking_pids(%(pid)s))
"""

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (c.relkind <> 'm' OR c.relispopulated)
"""
_PAUSE = 0.001  # seconds
_STEPS = 10  # waits for each of the two holders


@dataclass
class Seen:
    """Locks as (oid, mode), asked for or held, and the transactions that wrote.

    `waited` is for how many seconds the statement was held open.
    """

    locks: set[tuple[int, Mode]] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    waited: float = 0.0


@contextmanager
def held_open(pid: int, own: psycopg.Connection, conninfo: str) -> Iterator[Seen]:
    """Watch the backend `pid` through `own` while the body runs its statement.

    Each time that it waits, what it has locked is noted; then another session takes over, which it
    runs into at its next step, and the one that it waits for lets go.
    """
    seen, over = Seen(), threading.Event()
    with psycopg.connect(conninfo) as first, psycopg.connect(conninfo) as second:
        _open_everything(first)
        holders = [first, second] * _STEPS
        thread = threading.Thread(target=_watch, args=(pid, own, holders, seen, over), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


def _open_everything(holder: psycopg.Connection) -> None:
    """Take a snapshot, and the weakest lock on every table and index that can be had at once."""
    holder.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    holder.execute("SET LOCAL row_security = off")
    holder.execute("SET LOCAL lock_timeout = '2ms'")
    for (table,) in holder.execute(_TABLES).fetchall():
        # Locked by the statement that is watched: that is what is to be seen.
        with suppress(psycopg.Error), holder.transaction():
            holder.execute(f"SELECT FROM {table} LIMIT 0".encode())


def _watch(
    pid: int,
    own: psycopg.Connection,
    holders: list[psycopg.Connection],
    seen: Seen,
    over: threading.Event,
) -> None:
    while not over.is_set():
        question = {"pid": pid, "holder": holders[0].info.backend_pid}
        row = own.execute(_LOOK, question).fetchone()
        locks, transaction, waits = row or ([], None, False)
        seen.locks.update((oid, Mode.of(mode)) for oid, mode in locks if not mode.startswith("SI"))
        if transaction:
            seen.transactions.add(transaction)
        if waits:
            since = time.perf_counter()
            if len(holders) > 2:
                _open_everything(holders[1])
            holders.pop(0).rollback()
            if len(holders) == 1:
                holders.append(holders[0])
            seen.waited += time.perf_counter() - since
        time.sleep(_PAUSE)
