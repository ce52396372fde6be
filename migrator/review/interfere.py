"""An application that goes on working while a migration runs, and says how long it had to wait.

For each table that the migration locks or writes, one session of each kind (SELECT, INSERT, UPDATE,
DELETE) does one small thing after the other and takes it back; one more reads each view of it. That
a session waited for a lock is asked of PostgreSQL, so that a busy machine is not taken for one.
"""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from migrator.preflight.modes import Mode
from migrator.review.observed import Observed, Wait
from migrator.review.script import begins, execute

KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
MOST_TABLES = 6
IDLE = TransactionStatus.IDLE

_PAUSE = 0.002  # seconds
_WARM_UP = 0.05

_COLUMN = """
SELECT quote_ident(attname) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND attidentity = '' ORDER BY attnum LIMIT 1
"""

_VIEWS = """
SELECT DISTINCT format('%%I.%%I', n.nspname, v.relname)
FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid JOIN pg_class AS v ON v.oid = r.ev_class
JOIN pg_namespace AS n ON n.oid = v.relnamespace
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND v.relkind = 'v' AND d.refobjid = ANY (%s::regclass[]::oid[])
ORDER BY 1 LIMIT 4
"""

_WAITING = "SELECT array_agg(pid) FROM pg_locks WHERE NOT granted AND pid = ANY (%s)"


@dataclass(frozen=True)
class _Waited:
    relation: str
    kind: str
    begun: float
    ended: float


@dataclass
class Clock:
    """When each statement of the migration began, in the order in which they ran."""

    texts: list[str] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)

    def before(self, text: str) -> None:
        self.texts.append(text)
        self.begun.append(time.perf_counter())

    def on_event(self, told: dict[str, Any]) -> str:
        """What the process that runs a revision tells (see hook.py)."""
        if told["event"] == "before":
            self.before(told["text"].strip())
        return "go"

    def index_at(self, moment: float) -> int:
        """The statement that had begun last."""
        return max((i for i, begun in enumerate(self.begun) if begun <= moment), default=0)


class Workload:
    """Sessions that work on some tables; `waited` is told when it has stopped."""

    def __init__(self, conninfo: str, tables: Collection[str]) -> None:
        self._conninfo = conninfo
        self._over = threading.Event()
        self._waiting: dict[int, float] = {}  # pid -> when it was last seen to wait
        self.waited: list[_Waited] = []
        with psycopg.connect(conninfo, autocommit=True) as own:
            views = [row[0] for row in own.execute(_VIEWS, [list(tables)])]
        self._jobs = [(table, kind) for table in tables for kind in KINDS]
        self._jobs += [(view, "SELECT") for view in views]

    @contextmanager
    def running(self) -> Iterator[None]:
        sessions = [psycopg.connect(self._conninfo, autocommit=True) for _ in self._jobs]
        threads = [
            threading.Thread(target=self._work, args=(session, *job), daemon=True)
            for session, job in zip(sessions, self._jobs, strict=True)
        ]
        pids = [session.info.backend_pid for session in sessions]
        threads.append(threading.Thread(target=self._look, args=(pids,), daemon=True))
        for thread in threads:
            thread.start()
        time.sleep(_WARM_UP)
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
            for session in sessions:
                session.close()

    def _look(self, pids: list[int]) -> None:
        """Note who waits."""
        with psycopg.connect(self._conninfo, autocommit=True) as own:
            while not self._over.is_set():
                row = own.execute(_WAITING, [pids]).fetchone()
                now = time.perf_counter()
                self._waiting.update((pid, now) for pid in (row and row[0]) or ())
                time.sleep(_PAUSE)

    def _work(self, session: psycopg.Connection, relation: str, kind: str) -> None:
        # Of two that wait for each other this one gives up, not the migration.
        session.execute("SET deadlock_timeout = '20ms'")
        session.execute("SET client_min_messages = error")
        pid, statement = session.info.backend_pid, None
        while not self._over.is_set():
            begun = time.perf_counter()
            try:
                statement = statement or _statement(session, relation, kind)
                with session.transaction(force_rollback=True):
                    session.execute(statement.encode())
            except psycopg.Error:  # a column is gone, the table, or a deadlock was ended
                statement = None
            if self._waiting.get(pid, 0.0) >= begun:
                self.waited.append(_Waited(relation, kind, begun, time.perf_counter()))
            time.sleep(_PAUSE)


def _statement(session: psycopg.Connection, relation: str, kind: str) -> str:
    """Something small of its kind, which takes the locks that it always takes."""
    if kind == "SELECT":
        return f"SELECT FROM {relation} LIMIT 1"
    one = f"WHERE ctid = (SELECT ctid FROM {relation} LIMIT 1)"
    if kind == "DELETE":
        return f"DELETE FROM {relation} {one}"
    row = session.execute(_COLUMN, [relation]).fetchone()
    if row is None:
        return f"LOCK TABLE {relation} IN ROW EXCLUSIVE MODE"
    if kind == "UPDATE":
        return f"UPDATE {relation} SET {row[0]} = {row[0]} {one}"
    return f"INSERT INTO {relation} ({row[0]}) SELECT {row[0]} FROM {relation} LIMIT 0"


def touched(statements: Iterable[Observed]) -> list[str]:
    """The tables that others may have to wait for, the most strongly locked first."""
    modes: dict[str, Mode] = {}
    for one in statements:
        for lock in one.locks:
            modes[lock.relation] = max(lock.mode, modes.get(lock.relation, lock.mode))
    found = [
        table
        for table, mode in sorted(modes.items(), key=lambda item: (-item[1], item[0]))
        if mode >= Mode.SHARE or any(table in one.written for one in statements)
    ]
    return found[:MOST_TABLES]


def with_waits(
    statements: Sequence[Observed], clock: Clock, workload: Workload
) -> tuple[Observed, ...]:
    """The statements, each with the waits that it caused.

    That is the first one of its transaction that locked the table against those who waited, or the
    one that had begun last when they began to wait. A statement counts only if the run under load
    executed the same one in its place.
    """
    waits: dict[int, dict[tuple[str, str], list[float]]] = {}
    for one in workload.waited:
        newest = clock.index_at(one.begun + _PAUSE)
        place = waits.setdefault(_cause(statements, newest, one), {})
        place.setdefault((one.relation, one.kind), []).append(one.ended - one.begun)
    return tuple(
        replace(one, waits=_told(waits.get(one.index, {})))
        if clock.texts[one.index : one.index + 1] == [one.text]
        else one
        for one in statements
    )


def _cause(statements: Sequence[Observed], newest: int, waited: _Waited) -> int:
    needed = Mode.ACCESS_SHARE if waited.kind == "SELECT" else Mode.ROW_EXCLUSIVE
    for one in statements[: newest + 1]:
        if one.transaction == statements[min(newest, len(statements) - 1)].transaction and any(
            lock.relation == waited.relation and needed in lock.mode.conflicting
            for lock in one.locks
        ):
            return one.index
    return newest


def _told(found: dict[tuple[str, str], list[float]]) -> tuple[Wait, ...]:
    return tuple(
        Wait(relation, kind, max(seconds), len(seconds))
        for (relation, kind), seconds in sorted(found.items())
    )


@contextmanager
def under_load(conninfo: str, tables: Collection[str]) -> Iterator[Workload]:
    """A workload on some tables while the body runs."""
    workload = Workload(conninfo, tables)
    with workload.running():
        yield workload


def play(
    session: psycopg.Connection,
    statements: Sequence[Observed],
    data: Sequence[str | None],
    clock: Clock,
) -> None:
    """Run statements in the transactions in which they were observed, up to one that fails.

    `data` is what the statement of the same index copies in.
    """
    info = session.info
    following = [*statements[1:], None]
    with suppress(psycopg.Error):
        for one, then in zip(statements, following, strict=True):
            if info.transaction_status == IDLE and not one.sampled and not begins(one.text):
                session.execute("BEGIN")
            clock.before(one.text)
            execute(session, one.text, data[one.index])
            over = then is None or then.transaction != one.transaction
            if over and info.transaction_status != IDLE:
                session.execute("COMMIT")
    session.rollback()
