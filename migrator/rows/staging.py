"""Candidate rows copied into the database, and those that its constraints accept moved over."""

from collections.abc import Sequence

import psycopg

from migrator.rows.shape import Column, Table
from migrator.rows.types import Types

Values = Sequence[str | None]

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_REFUSALS = 1_000  # failed statements after which a table has had its chance
_NOT_THE_ROWS = ("42501", "55", "57", "58")
"""SQLSTATEs of what no other row would change: no privilege, not ready, stopped, broken."""


class Staging:
    """A temporary table like `table` but without its constraints."""

    def __init__(
        self,
        connection: psycopg.Connection,
        types: Types,
        table: Table,
        columns: Sequence[Column],
        conditions: Sequence[str],
    ) -> None:
        self._connection = connection
        self._refusals = 0
        self.refusal: str | None = None
        """What PostgreSQL said when it last refused rows."""
        names = ", ".join(one.quoted for one in columns)
        computed = [
            f"({one.generated})::{types.spell(one.type)} AS {one.quoted}"
            for one in table.columns
            if one.generated is not None and any(one.quoted in text for text in conditions)
        ]
        late = any(one.deferrable for one in table.uniques)
        self._late = [one for one in table.uniques if late and one.plain and not one.exclusion]
        self._columns = [one.name for one in columns]
        conditions = [*conditions, *(_is_new(table, one.columns) for one in self._late)]
        where = " AND ".join(f"(({one}) IS NOT FALSE)" for one in conditions)
        self._copy = f"COPY pg_temp.migrator_rows ({names}) FROM STDIN".encode()
        # ON CONFLICT knows unique and exclusion constraints, but no deferrable ones, and no rules.
        insert = (
            f"INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE SELECT {names}"
            f" FROM (SELECT {', '.join(['staged.*', *computed])} FROM pg_temp.migrator_rows"
            f" AS staged) AS {table.alias}{f' WHERE {where}' if where else ''}"
        )
        self._insert = (
            insert + ("" if table.ruled or late else " ON CONFLICT DO NOTHING")
        ).encode()
        connection.execute(b"DROP TABLE IF EXISTS pg_temp.migrator_rows")
        connection.execute(
            f"CREATE TEMPORARY TABLE migrator_rows AS SELECT {names} FROM {table.name}"
            " WITH NO DATA".encode()
        )

    def insert(self, columns: Sequence[Values]) -> int:
        """Insert those of the rows that may be, and return how many they were."""
        columns = self._without_repeats(columns)
        count = len(columns[0])
        if not count or self._refusals >= _REFUSALS:
            return 0
        try:
            # One transaction: the staged rows are gone again whatever becomes of them.
            with self._connection.transaction():
                self._stage(columns)
                inserted = self._connection.execute(self._insert).rowcount
                self._connection.execute(b"TRUNCATE pg_temp.migrator_rows")
                return inserted
        except psycopg.Error as error:
            if self._connection.closed or (error.sqlstate or "57").startswith(_NOT_THE_ROWS):
                raise
            self._refusals += 1
            self.refusal = str(error.diag.message_primary)
        half = count // 2
        if not half:
            return 0
        first = self.insert([values[:half] for values in columns])
        return first + self.insert([values[half:] for values in columns])

    def close(self) -> None:
        self._connection.execute(b"DROP TABLE pg_temp.migrator_rows")

    def _stage(self, columns: Sequence[Values]) -> None:
        escaped = []
        for values in columns:
            known = {value: _escape(value) for value in set(values)}
            escaped.append(list(map(known.__getitem__, values)))
        with self._connection.cursor().copy(self._copy) as copy:
            lines = list(map("\t".join, zip(*escaped, strict=True)))
            for start in range(0, len(lines), 5_000):
                copy.write("\n".join(lines[start : start + 5_000]) + "\n")

    def _without_repeats(self, columns: Sequence[Values]) -> Sequence[Values]:
        """Without ON CONFLICT: no two rows of a batch may clash."""
        for unique in self._late:
            places = [self._columns.index(n) for n in unique.columns if n in self._columns]
            keys = list(zip(*(columns[place] for place in places), strict=True))
            first = {key: row for row, key in reversed(list(enumerate(keys))) if None not in key}
            keep = [row for row, key in enumerate(keys) if first.get(key, row) == row]
            columns = [[values[row] for row in keep] for values in columns]
        return columns


def _escape(value: str | None) -> str:
    return "\\N" if value is None else value.translate(_ESCAPES)


def _is_new(table: Table, columns: Sequence[str]) -> str:
    pairs = " AND ".join(
        f"there.{table.column(name).quoted} = {table.alias}.{table.column(name).quoted}"
        for name in columns
    )
    return f"NOT EXISTS (SELECT FROM {table.name} AS there WHERE {pairs})"
