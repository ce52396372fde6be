"""Strike at every statement of every revision, run the same again, and compare with undisturbed."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from signal import SIGKILL

import sqlalchemy as sa
from alembic.util import CommandError

from benchmarks.faults import instrument
from benchmarks.faults.boundaries import Boundaries, Step
from migrator.connection import APPLICATION_NAME

KILL = "SIGKILL"
TERMINATE = "pg_terminate_backend"

_GONE = """
    SELECT NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = %s AND application_name = %s
    )
"""


@dataclass(frozen=True)
class Point:
    """Before which statement of a step is struck (from 0), and by what."""

    step: Step
    number: int
    statement: str
    strike: str
    concurrent: bool
    """Whether the step has statements outside of transactions, and so states in between."""

    @property
    def waits(self) -> bool:
        """Whether it is a build or a drop that waits for old transactions."""
        verb = "CREATE" if self.step.direction == "upgrade" else "DROP"
        return self.statement.startswith(f"{verb} INDEX CONCURRENTLY ")

    def __str__(self) -> str:
        one_line = " ".join(self.statement.split())[:60]
        return f"{self.strike} in {self.step.direction} {self.step.revision} before {one_line}"


def points(boundaries: Boundaries) -> Iterator[Point]:
    """Before every statement and commit of every step.

    What every run sends alike before its revision (connecting, the lock, the settings) is struck
    at in one step of each direction.
    """
    for direction in ("upgrade", "downgrade"):
        steps = [step for step in boundaries.steps if step.direction == direction]
        first = 0
        for step in steps:
            sent = boundaries.sent[step]
            concurrent = any(" CONCURRENTLY " in statement for statement in sent)
            for number, statement in enumerate(sent[first:], start=first):
                for strike in (KILL, TERMINATE):
                    yield Point(step, number, statement, strike, concurrent)
            first = _alike([boundaries.sent[one] for one in steps[1:]])


def _alike(runs: list[list[str]]) -> int:
    """How many statements at their beginning are the same in all runs."""
    places = zip(*runs, strict=False)
    return sum(1 for _ in takewhile(lambda sent: len(set(sent)) == 1, places))


def strike(boundaries: Boundaries, point: Point) -> list[str]:
    """Strike there, run the same command again; return what is not as after an undisturbed run."""
    with boundaries.clone(point.step.start) as name:
        url = boundaries.url(name)
        wrong = (_kill if point.strike == KILL else _terminate)(boundaries, point, url)
        _wait_until_gone(boundaries, name)
        wrong += _between(boundaries, point, name)
        point.step.run(url)
        wrong += boundaries.state(name) - boundaries.ends[point.step]
    return [f"{point}: {one}" for one in wrong]


def _kill(_: Boundaries, point: Point, url: str) -> list[str]:
    def run() -> None:
        with instrument.striking(point.number, instrument.kill):
            point.step.run(url)

    process = instrument.forked(run)
    process.join()
    code = process.exitcode
    return [] if code == -SIGKILL else [f"was not killed but ended with {code}"]


def _terminate(boundaries: Boundaries, point: Point, url: str) -> list[str]:
    """Whatever is raised must be what the command line puts into words."""
    terminate = instrument.terminator(boundaries.server)
    with (
        instrument.striking(point.number, terminate) as struck,
        suppress(CommandError, sa.exc.DBAPIError),
    ):
        point.step.run(url)
    return [] if struck else ["was never reached"]


def _between(boundaries: Boundaries, point: Point, name: str) -> list[str]:
    """A revision in one transaction is there or it is not, before anybody runs it again."""
    if point.concurrent:
        return []
    now = boundaries.state(name)
    not_begun = now - boundaries.states[point.step.start]
    return not_begun and now - boundaries.ends[point.step]


def _wait_until_gone(boundaries: Boundaries, name: str) -> None:
    """The server notices in its own time that a client is dead."""
    with boundaries.server.connect() as admin:
        while admin.execute(_GONE, [name, APPLICATION_NAME]).fetchone() == (False,):
            pass
