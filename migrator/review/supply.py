"""The rows of a rehearsal: a dump to begin with, an SQL file, or generated from the catalog."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from migrator import errors
from migrator.review.database import ROWS
from migrator.review.reversal.roles import Roles
from migrator.rows import fill, load, restore


@dataclass(frozen=True)
class Source:
    """Where the rows come from: a dump to begin with, an SQL file, or the catalog alone."""

    rows: int = ROWS
    seed: Path | None = None
    dump: Path | None = None

    @property
    def generated(self) -> bool:
        return not (self.seed or self.dump)


class Supply:
    """Gives rows to one database, `rows` a table where they are generated.

    `unfilled` are the tables for which none could be, with the reason.
    """

    def __init__(self, own: psycopg.Connection, noted: Roles, source: Source, rows: int) -> None:
        self._own, self._roles = own, noted
        self._source, self._rows = source, rows
        self._refused: errors.MigratorError | None = None
        self._sown = False
        self.unfilled: dict[str, str] = {}

    def begin(self, conninfo: str) -> None:
        """Before any revision runs."""
        if self._source.dump:
            restore(conninfo, self._source.dump)

    def fill(self) -> None:
        """Give rows to the tables that hold none; a seed, at the first revision that takes it."""
        if self._source.seed and not self._sown:
            self._sown = self._load(self._source.seed)
        if self._source.generated:
            filled = fill(self._own, rows=self._rows)
            self.unfilled = {one.table: one.reason for one in filled.failed}
            self._own.execute("ANALYZE")

    def end(self) -> None:
        """Raise MigratorError when no revision took the seed."""
        if self._refused:
            raise self._refused

    def _load(self, seed: Path) -> bool:
        try:
            self._roles.noting(lambda: load(self._own, seed))
        except errors.MigratorError as error:
            self._refused = error
            return False
        self._refused = None
        return True
