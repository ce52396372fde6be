"""PostgreSQL asked whether rows that exist nowhere yet would meet conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from migrator.rows.attempt import attempt
from migrator.rows.expressions import Comparison, words
from migrator.rows.shape import Column, Table
from migrator.rows.types import Types

Row = tuple[str | None, ...]

_STUMBLES = (
    psycopg.DataError,
    psycopg.errors.RaiseException,
    psycopg.errors.ProgramLimitExceeded,
)


@dataclass(frozen=True)
class Verdict:
    """Which conditions a row meets, and what each comparison's other side is for it."""

    met: tuple[bool, ...]
    others: tuple[str | None, ...]

    @property
    def missed(self) -> int:
        return self.met.count(False)


class Judge:
    """Judges rows of some columns of a table; the others are NULL."""

    def __init__(
        self,
        connection: psycopg.Connection,
        types: Types,
        table: Table,
        columns: Sequence[Column],
        conditions: Sequence[str],
        comparisons: Sequence[Comparison] = (),
    ) -> None:
        self._connection = connection
        self._conditions = conditions
        self._comparisons = comparisons
        spelled = {one.name: types.spell(one.type) for one in table.columns}
        given = {one.name: f"c{number}" for number, one in enumerate(columns)}
        row = "row"
        while any(one.name == row for one in table.columns):
            row += "_"
        row = f'"{row}"'
        inner = [row] + [
            f"({given.get(one.name, 'NULL')})::{spelled[one.name]} AS {one.quoted}"
            for one in table.columns
            if one.generated is None
        ]
        computed = [
            f"({one.generated})::{spelled[one.name]} AS {one.quoted}"
            for one in table.columns
            if one.generated is not None and not given.keys().isdisjoint(_used(table, one))
        ]
        answers = [f"({one}) IS NOT FALSE" for one in conditions]
        answers += [f"({one.other})::text" for one in comparisons]
        arrays = ", ".join(["%s::text[]"] * len(columns))
        self._query = (
            f"SELECT {', '.join(answers)} FROM (SELECT {', '.join(['given.*', *computed])}"
            f" FROM (SELECT {', '.join(inner)} FROM unnest({arrays})"
            f" WITH ORDINALITY AS raw ({', '.join([*given.values(), row])})) AS given)"
            f" AS {table.alias} ORDER BY {row}"
        )
        # psycopg's placeholders are the only percent signs that are not the conditions' own.
        head, tail = self._query.split(arrays)
        self._query = head.replace("%", "%%") + arrays + tail.replace("%", "%%")

    def judge(self, rows: Sequence[Row]) -> list[Verdict]:
        """One verdict for each row; a row over which PostgreSQL stumbles meets nothing."""
        if not rows:
            return []
        try:
            values = [list(column) for column in zip(*rows, strict=True)]
            with attempt(self._connection):
                found = self._connection.execute(self._query.encode(), values).fetchall()
        except _STUMBLES:
            if len(rows) == 1:
                nothing = (False,) * len(self._conditions)
                return [Verdict(nothing, (None,) * len(self._comparisons))]
            half = len(rows) // 2
            return self.judge(rows[:half]) + self.judge(rows[half:])
        size = len(self._conditions)
        return [Verdict(row[:size], row[size:]) for row in found]


def _used(table: Table, generated: Column) -> set[str]:
    names = words(generated.generated or "")
    return {one.name for one in table.columns if one.quoted in names}
