"""Whether a revision can be undone: upgraded over rows, downgraded, upgraded again, compared."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from migrator import rows
from migrator.review.reversal import clones, cycle, new_rows, shape
from migrator.review.reversal.introduced import introduced
from migrator.review.reversal.result import Reversal
from migrator.review.reversal.road import Place, Road, database
from migrator.review.reversal.sowing import sown
from migrator.review.reversal.steps import Failed, Worker
from migrator.review.reversal.values import TAME
from migrator.review.reversal.vary import Choice, Known, vary
from migrator.review.reversal.verdict import conclude
from migrator.review.reversal.wishes import literals
from migrator.rows import Unfilled


@dataclass(frozen=True)
class Given:
    """Rows to rehearse with, as SQL: at the revision before, and of the new release."""

    seed: Path | None = None
    new_rows: Path | None = None


@dataclass
class _Rehearsal:
    place: Place
    worker: Worker
    ini: Path
    before: str
    revision: str
    given: Given
    count: int
    template: str | None
    unfilled: list[Unfilled] = field(default_factory=list)

    def run(self) -> Reversal:
        with sown(self._database, self.template, self.before, self.given.seed) as (road, given):
            if not given:
                self.unfilled = rows.fill(road.connection, rows=self.count).failed
            road.connection.close()  # a template is a database that nobody is in
            if given:
                seen, refusal = self._cycle(road.url, None, None), None
            else:
                seen, refusal = self._with_generated(road.url)
        return conclude(self.revision, seen, refusal, self.unfilled)

    def _with_generated(self, base: str) -> tuple[cycle.Seen, Failed | None]:
        """Rows of every class; where the upgrade refuses them, of those that it takes."""
        known, choice = self._known(base), Choice()
        seen = self._cycle(base, known, choice)
        refusal = seen.refused
        if refusal and not known.runs:
            return seen, refusal
        if refusal:
            found = self._taken(base, known)
            if found is None:
                return self._cycle(base, known, None), refusal
            choice = found
            seen = self._cycle(base, known, choice)
        brought = introduced(seen.copies, known.words) if seen.losses else set()
        if brought:
            # What the upgrade itself brings in was not there before: a row that has it already
            # proves nothing.
            fewer = replace(known, words=[w for w in known.words if w not in brought])
            seen = self._cycle(base, fewer, choice)
        if _fails_over_old_rows(seen):
            seen = self._without_extremes(base, known, choice, seen)
        return seen, refusal

    def _taken(self, base: str, known: Known) -> Choice | None:
        """The widest choice of values that the upgrade takes."""
        fitting = Choice(fitting=True)
        if self._takes(base, known, fitting):
            return fitting
        classes = [k for k in fitting.classes if self._takes(base, known, Choice((k,), True))]
        together = Choice(classes, fitting=True)
        if len(classes) > 1 and self._takes(base, known, together):
            return together
        return Choice(classes[:1], fitting=True) if classes else None

    def _without_extremes(
        self, base: str, known: Known, choice: Choice, seen: cycle.Seen
    ) -> cycle.Seen:
        """What is lost where the downgrade does not fail, if it is the values that it fails for."""
        tamer = self._cycle(base, known, replace(choice, classes=TAME))
        kept = _fails_over_old_rows(tamer) or tamer.refused or not tamer.losses
        return seen if kept else tamer

    def _known(self, base: str) -> Known:
        """What an upgrade without rows tells of the change."""
        with self._database(base) as road:
            _empty(road.connection)
            step = road.run("upgrade", self.revision)
            found = shape.tables(road.connection)
        words = [w for text in step.statements for w in literals(text)]
        words += [w for w in step.words if w not in shape.names(found.values())]
        runs = step.failed is None
        return Known(list(dict.fromkeys(filter(None, words))), found if runs else {}, runs)

    def _takes(self, base: str, known: Known, choice: Choice) -> bool:
        with self._database(base) as road:
            vary(road.connection, known, choice)
            return road.run("upgrade", self.revision).failed is None

    def _cycle(self, base: str, known: Known | None, choice: Choice | None) -> cycle.Seen:
        """In a database of its own: over the rows of `base`, varied, or without rows."""
        with self._database(base) as road:
            if known and choice:
                vary(road.connection, known, choice)
            elif known:
                _empty(road.connection)
            return cycle.run(road, self._write)

    def _write(
        self, connection: psycopg.Connection, upgraded: new_rows.Upgraded
    ) -> new_rows.Written:
        if self.given.new_rows:
            return new_rows.from_file(connection, upgraded, self.given.new_rows)
        return clones.write(connection, upgraded)

    def _database(self, template: str | None) -> AbstractContextManager[Road]:
        """A new database, empty or a copy, and the road in it."""
        return database(
            self.place, self.worker, self.ini, (self.before, self.revision), template=template
        )


def reverse(
    ini: Path,
    before: str,
    revision: str,
    *,
    place: Place,
    worker: Worker,
    given: Given | None = None,
    count: int = 54,
    template: str | None = None,
) -> Reversal:
    """Rehearse `before` -> `revision` -> `before` -> `revision` in databases of its own.

    `count` rows a table are generated unless a seed is given that fits there or before. `template`
    is the address of a database at `before` without rows, to begin with a copy of it instead of the
    way there. Raises MigratorError when `before` cannot be reached.
    """
    rehearsal = _Rehearsal(place, worker, ini, before, revision, given or Given(), count, template)
    return rehearsal.run()


def _fails_over_old_rows(seen: cycle.Seen) -> bool:
    return any((one.rule, one.phase) == ("downgrade-fails", "downgrade") for one in seen.losses)


def _empty(connection: psycopg.Connection) -> None:
    """Take every row out again, but for Alembic's own."""
    names = [t.name for t in shape.tables(connection).values() if not t.internal]
    if names:
        connection.execute(f"TRUNCATE {', '.join(names)} CASCADE".encode())
