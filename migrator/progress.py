"""How far long work on the database is: a bar on a terminal, a line now and then without one.

An index build says nothing while it runs, so a second connection asks for it. That one holds no
snapshot and no lock between two questions, and its failing is no failure of the build.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

ASK = 1.0
"""Seconds between two questions, and before the first: short work shows nothing."""
LINE = 5.0
"""Seconds between two lines where there is no terminal."""

_READ = """
SELECT
    coalesce(p.phase, CASE WHEN a.wait_event_type = 'Lock' THEN 'waiting' ELSE 'working' END),
    CASE
        WHEN p.phase LIKE 'waiting%%' THEN p.lockers_done
        WHEN p.tuples_total > 0 THEN p.tuples_done
        ELSE p.blocks_done
    END,
    CASE
        WHEN p.phase LIKE 'waiting%%' THEN p.lockers_total
        WHEN p.tuples_total > 0 THEN p.tuples_total
        ELSE p.blocks_total
    END,
    CASE WHEN a.wait_event_type = 'Lock' THEN pg_blocking_pids(a.pid) END
FROM pg_stat_activity AS a LEFT JOIN pg_stat_progress_create_index AS p USING (pid)
WHERE a.pid = %s
"""


@dataclass(frozen=True)
class Reading:
    """What is being done, and how much of it is done; `total` is 0 where nobody knows."""

    phase: str
    done: int = 0
    total: int = 0
    waiting_for: tuple[int, ...] = ()
    """Process ids of the sessions that hold it up."""

    @property
    def fraction(self) -> float | None:
        return min(self.done / self.total, 1.0) if self.total else None

    def __str__(self) -> str:
        who = ", ".join(f"pid {pid}" for pid in self.waiting_for)
        return f"{self.phase} (for {who})" if who else self.phase


class Display(Protocol):
    """Where readings go."""

    def show(self, reading: Reading) -> None: ...

    def close(self) -> None: ...


def display(what: str) -> Display:
    """The display that standard error has room for. `what` begins each line."""
    return Bar(what) if sys.stderr.isatty() else Lines(what)


class Bar:
    """A bar that starts again with every phase, and leaves nothing behind."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._phase = ""
        self._task: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def show(self, reading: Reading) -> None:
        if self._task is None:
            self._progress.start()
        if self._task is None or reading.phase != self._phase:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._phase = reading.phase
            self._task = self._progress.add_task("", total=None)
        self._progress.update(
            self._task,
            description=f"{self._what}: {reading}",
            completed=reading.done,
            total=reading.total or None,
        )

    def close(self) -> None:
        if self._task is not None:
            self._progress.stop()


class Lines:
    """One line every few seconds: phase, percent and the time that is left of this phase."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._printed = time.monotonic()
        self._phase = ""
        self._since = (self._printed, 0.0)  # when the phase began, and at which fraction

    def show(self, reading: Reading) -> None:
        now, fraction = time.monotonic(), reading.fraction or 0.0
        # A phase may begin with the figures of the one before.
        if reading.phase != self._phase or fraction < self._since[1]:
            self._phase = reading.phase
            self._since = (now, fraction)
        if now - self._printed < LINE:
            return
        self._printed = now
        parts = [f"{self._what}: {reading}"]
        if reading.fraction is not None:
            parts.append(f"{reading.fraction:.0%}")
        if (left := self._left(now, reading.fraction)) is not None:
            parts.append(f"about {left:.0f} s left")
        print(", ".join(parts), file=sys.stderr, flush=True)

    def _left(self, now: float, fraction: float | None) -> float | None:
        began, at = self._since
        if fraction is None or fraction - at < 0.01:
            return None
        return (now - began) * (1 - fraction) / (fraction - at)

    def close(self) -> None:
        pass


@contextmanager
def watched(connection: sa.Connection, what: str) -> Iterator[None]:
    """Show how far the statement is that `connection` runs in this block."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    over = threading.Event()
    arguments = (connection.engine, pid, what, over)
    # A daemon: it ends with the process, however that ends.
    asking = threading.Thread(target=_ask, args=arguments, name=f"progress of {what}", daemon=True)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join(timeout=2 * ASK)  # a question that hangs does not hold up the work


def _ask(engine: sa.Engine, pid: int, what: str, over: threading.Event) -> None:
    if over.wait(ASK):
        return
    shown = display(what)
    try:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as second:
            while not over.is_set():
                row = second.exec_driver_sql(_READ, (pid,)).one_or_none()
                if row is None:
                    return
                shown.show(Reading(row[0], row[1] or 0, row[2] or 0, tuple(row[3] or ())))
                over.wait(ASK)
    except sa.exc.DBAPIError:
        return  # no connection to spare: the build goes on unseen
    finally:
        shown.close()
