"""A database that goes along the chain, so that each revision begins with a copy of it.

Without it the way to the newest of n revisions would be gone n times, each time from the start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator import errors
from migrator.review.reversal.road import Place, Road, database
from migrator.review.reversal.steps import Worker


@dataclass
class Walk:
    """Where the database is, and whether it may still be copied."""

    _road: Road
    _at: str | None = None
    _straight: bool = True

    def copy_of(self, before: str, revision: str) -> str | None:
        """The address of a database at `before`, without rows, for a rehearsal of `revision`.

        None from the first revision on that does not follow the one asked for last: a branch, whose
        copy would have revisions of both sides. Raises MigratorError when it cannot be reached.
        """
        self._straight = self._straight and self._at in (None, before)
        self._at = revision
        if not self._straight:
            return None
        if failed := self._road.run("upgrade", before).failed:
            raise errors.reversal_not_possible(before, failed.first_line)
        return self._road.url


@contextmanager
def walk(ini: Path, place: Place, worker: Worker) -> Iterator[Walk]:
    """An empty database to begin with; it is dropped at the end."""
    with database(place, worker, ini, ("base", "base")) as road:
        road.connection.close()  # a template is a database that nobody is in
        yield Walk(road)
