"""Releases of an application at work on one table, each in threads of its own.

Every row has one value, which all releases know to be the same. Whoever changes a row notes what it
must hold from then on, whoever reads it compares: a write that one release makes and another does
not see is a lost one. Rows are taken one at a time in Python, so that this is true of every moment.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from tests.database import connect
from tests.processes import wait_for

THREADS = 2
"""Of each release."""


@dataclass(frozen=True)
class Release:
    """Its statements: %(value)s and %(id)s are what they take. `insert` returns the id."""

    insert: str
    update: str
    read: str


@dataclass
class _Row:
    value: str
    taken: threading.Lock = field(default_factory=threading.Lock)


class Traffic:
    """What has been done, and what must be found."""

    def __init__(self, url: str, releases: dict[str, Release]) -> None:
        self._url = url
        self._releases = releases
        self._rows: dict[int, _Row] = {}
        self._ids: list[int] = []
        self._running: dict[str, tuple[threading.Event, list[threading.Thread]]] = {}
        self.done: Counter[str] = Counter()
        """Operations by release and kind, such as "old update"."""
        self.failed: list[str] = []

    def fill(self, release: str, rows: int) -> None:
        """Insert rows before anything begins."""
        dice = random.Random(0)  # noqa: S311  no secret
        with connect(self._url) as connection, connection.transaction():
            for _ in range(rows):
                self._insert(connection, self._releases[release], dice)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """End all threads when the block does."""
        try:
            yield
        finally:
            self.run()

    def run(self, *names: str) -> None:
        """Run these releases from now on and no others."""
        for name in set(self._running) - set(names):
            over, threads = self._running.pop(name)
            over.set()
            for thread in threads:
                thread.join()
        for name in set(names) - set(self._running):
            over = threading.Event()
            threads = [
                threading.Thread(target=self._work, args=(name, seed, over))
                for seed in range(THREADS)
            ]
            self._running[name] = (over, threads)
            for thread in threads:
                thread.start()

    def go_on(self, operations: int) -> None:
        """Wait until every running release has done so many more, or one has failed."""
        for name in self._running:
            goal = self._of(name) + operations
            wait_for(lambda name=name, goal=goal: self.failed or self._of(name) >= goal)  # type: ignore[misc]

    def lost(self, release: str) -> list[str]:
        """Compare every row at the end, as this release reads it."""
        with connect(self._url) as connection:
            return [
                found for row_id in self._ids if (found := self._wrong(connection, release, row_id))
            ]

    def _of(self, name: str) -> int:
        return sum(count for what, count in self.done.copy().items() if what.startswith(f"{name} "))

    def _work(self, name: str, seed: int, over: threading.Event) -> None:
        release = self._releases[name]
        dice = random.Random(f"{name} {seed}")  # noqa: S311  no secret
        with connect(self._url) as connection:  # prepares its statements, as psycopg does by itself
            while not over.wait(0.001):
                kind = dice.choice(["insert", "update", "update", "read", "read", "read"])
                try:
                    self._one(connection, name, release, kind, dice)
                except psycopg.Error as error:
                    self.failed.append(f"{name} {kind}: {error}")
                    return
                self.done[f"{name} {kind}"] += 1

    def _one(
        self,
        connection: psycopg.Connection,
        name: str,
        release: Release,
        kind: str,
        dice: random.Random,
    ) -> None:
        if kind == "insert":
            self._insert(connection, release, dice)
            return
        row_id = dice.choice(self._ids)
        if kind == "read":
            if wrong := self._wrong(connection, name, row_id):
                self.failed.append(wrong)
            return
        row, value = self._rows[row_id], _value(dice)
        with row.taken:
            parameters = {"id": row_id, "value": value}
            done = connection.execute(release.update.encode(), parameters)
            if done.rowcount != 1:
                self.failed.append(f"{name} update: {done.rowcount} rows of id {row_id}")
            row.value = value

    def _insert(
        self, connection: psycopg.Connection, release: Release, dice: random.Random
    ) -> None:
        value = _value(dice)
        row = connection.execute(release.insert.encode(), {"value": value}).fetchone()
        assert row is not None
        self._rows[row[0]] = _Row(value)
        self._ids.append(row[0])  # from here on others may take it

    def _wrong(self, connection: psycopg.Connection, name: str, row_id: int) -> str | None:
        row = self._rows[row_id]
        with row.taken:
            statement = self._releases[name].read.encode()
            found = connection.execute(statement, {"id": row_id}).fetchone()
            if found == (row.value,):
                return None
            return f"{name} read: {found} instead of {row.value} in id {row_id}"


def _value(dice: random.Random) -> str:
    """A day, which is a text too."""
    return f"{dice.randrange(1990, 2030)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
