"""Strike in the middle of a concurrent build or drop, while it waits for an old transaction.

That it waits there is seen from outside, so no time is guessed. A killed client leaves its server
process behind, waiting: the same command then runs beside it, and must get past it.
"""

import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from typing import TypeVar

import psycopg
import sqlalchemy as sa

from benchmarks.faults import instrument
from benchmarks.faults.boundaries import Boundaries
from benchmarks.faults.sweep import KILL, Point
from migrator.embedded import Server

T = TypeVar("T")

_POLL = 0.01
_PATIENCE = 60.0
_WAITING = """
    SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'
"""


def strike(boundaries: Boundaries, point: Point) -> list[str]:
    """Strike in that statement, run the same again; return what is not as it should be."""
    server = boundaries.server
    with boundaries.clone(point.step.start) as name, server.connect() as monitor:
        url = boundaries.url(name)
        with _holder(server, name) as holder:
            first = _run_into(holder, point, url)
            (backend,) = _until(lambda: _waiting(monitor, name))
            if point.strike == KILL:
                first.kill()
            else:
                monitor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
            first.join()
            again = instrument.forked(lambda: point.step.run(url))
            _until(lambda: again.exitcode is not None or set(_waiting(monitor, name)) - {backend})
            holder.rollback()
        again.join(_PATIENCE)
        wrong = boundaries.state(name) - boundaries.ends[point.step]
        if again.exitcode != 0:
            wrong.append(f"run again it ended with {again.exitcode}")
    return [f"midway, {point}: {one}" for one in wrong]


def _holder(server: Server, database: str) -> psycopg.Connection:
    holder = server.connect(database)
    holder.autocommit = False
    holder.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return holder


def _run_into(holder: psycopg.Connection, point: Point, url: str) -> ForkProcess:
    """Run the step in a process of its own, with somebody in the way of that one statement."""
    reached, held = instrument.FORK.Event(), instrument.FORK.Event()

    def pause(_: sa.Connection) -> None:
        reached.set()
        held.wait(_PATIENCE)

    def run() -> None:
        with instrument.striking(point.number, pause):
            point.step.run(url)

    process = instrument.forked(run)
    reached.wait(_PATIENCE)
    holder.execute("SELECT FROM tasks LIMIT 1")
    held.set()
    return process


def _waiting(monitor: psycopg.Connection, database: str) -> list[int]:
    return [pid for (pid,) in monitor.execute(_WAITING, [database])]


def _until(condition: Callable[[], T]) -> T:
    deadline = time.monotonic() + _PATIENCE
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError("what should have waited did not")
        time.sleep(_POLL)
    return found
