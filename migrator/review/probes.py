"""Statements of the release that is running, tried between the statements of the migration."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from migrator.review.backend import Plain
from migrator.review.observed import Failure
from migrator.review.rehearsal import ProbeResult
from migrator.review.words import failure


@dataclass
class _Track:
    """How one probe went: before everything, and after each statement."""

    statement: str
    before: Failure | None
    rows: int
    now: Failure | None = None
    rows_now: int = 0
    broken_by: int | None = None


@dataclass
class Probes:
    """Runs each probe and takes back what it did."""

    backend: Plain
    _tracks: list[_Track] = field(default_factory=list)

    def begin(self, statements: Sequence[str]) -> None:
        for statement in statements:
            error, rows = self._try(statement)
            self._tracks.append(_Track(statement, error, rows, error, rows))

    def look(self, index: int | None) -> None:
        """After the statement `index` has run; None: after its transaction was rolled back."""
        for track in self._tracks:
            track.now, track.rows_now = self._try(track.statement)
            broken = (track.now and not track.before) or track.rows_now < track.rows
            if not broken or index is None:
                track.broken_by = None
            elif track.broken_by is None:
                track.broken_by = index

    def results(self) -> tuple[ProbeResult, ...]:
        return tuple(
            ProbeResult(t.statement, t.before, t.now, t.broken_by, t.rows, t.rows_now)
            for t in self._tracks
        )

    def _try(self, statement: str) -> tuple[Failure | None, int]:
        try:
            with self.backend.raw.transaction(force_rollback=True):
                cursor = self.backend.raw.execute(statement.encode(), prepare=False)
                while cursor.nextset():
                    pass
                return None, max(cursor.rowcount, 0)
        except psycopg.Error as error:
            return failure(error), 0
        finally:
            self.backend.take_notices()
