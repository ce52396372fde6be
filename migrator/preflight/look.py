"""What the checks look at: the database, and what the rehearsal has shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from migrator.preflight.limits import Limits
from migrator.preflight.modes import Mode
from migrator.preflight.rehearsal import Rehearsal


@dataclass(frozen=True)
class Look:
    """`rehearsal` is None when there was none: then nobody knows which tables are touched.

    `adopted` is what `adopt` has noted about the database, None for one that was not adopted;
    `external` are the tables of others, by their names in the models.
    """

    connection: sa.Connection
    stamped: str | None
    rehearsal: Rehearsal | None
    adopted: dict[str, Any] | None
    external: frozenset[str]
    lock_timeout: float
    limits: Limits

    @property
    def touched(self) -> dict[str, Mode]:
        return self.rehearsal.touched if self.rehearsal else {}

    @property
    def own(self) -> list[str]:
        """The tables touched that are not somebody else's."""
        return [table for table in self.touched if _plain(table) not in self.external]

    def conflicts(self) -> tuple[list[str], list[str]]:
        """Tables touched, each with a mode that somebody else must not hold: two parallel lists."""
        pairs = [
            (table, other.pg_name)
            for table, mode in self.touched.items()
            for other in mode.conflicting
        ]
        return [table for table, _ in pairs], [mode for _, mode in pairs]

    @cached_property
    def deadlock_timeout(self) -> float:
        """Seconds after which PostgreSQL looks for a deadlock, and asks autovacuum to give way."""
        milliseconds = "SELECT setting::float FROM pg_settings WHERE name = 'deadlock_timeout'"
        return float(self.rows(milliseconds)[0][0]) / 1000

    @cached_property
    def role(self) -> str:
        return str(self.rows("SELECT current_user")[0][0])

    def rows(self, query: str, **parameters: object) -> Sequence[Any]:
        """Run a query whose parameters are written as `:name`."""
        return self.connection.execute(sa.text(query), parameters).all()


def _plain(table: str) -> str:
    return table.replace('"', "").removeprefix("public.")
