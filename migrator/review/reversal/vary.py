"""Rows that bring a loss out: generated ones, given the values that people really write."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from migrator.review.reversal.new_rows import quoted
from migrator.review.reversal.shape import Column, Table, tables
from migrator.review.reversal.values import CLASSES, Change, values
from migrator.review.reversal.wishes import literals

_PATIENCE = 6  # refusals of a column, after which it is left alone


@dataclass(frozen=True)
class Known:
    """What is known of the change: the texts in its SQL, and the tables as they will be."""

    words: Sequence[str] = ()
    after: Mapping[str, Table] = field(default_factory=dict)
    runs: bool = True
    """Whether it runs at all where there are no rows."""

    def of(self, table: Table, column: Column) -> Change:
        """What is known of one column."""
        words = [*literals(column.usual or ""), *self.words]
        later = self.after.get(table.name)
        if later is None or column.name not in later.columns:
            return Change(words)
        old = {check.definition for check in table.checks.values()}
        checks = [c for c in later.checks.values() if column.name in c.columns]
        new = [text for c in checks if c.definition not in old for text in literals(c.definition)]
        listed = [text for text in new if "%" not in text and "^" not in text]
        return Change(words, later.columns[column.name], tuple(dict.fromkeys(listed)))


@dataclass(frozen=True)
class Choice:
    """Which values: of which classes; `fitting` only what the new schema is known to take."""

    classes: Sequence[int] = tuple(range(CLASSES))
    fitting: bool = False


def vary(connection: psycopg.Connection, known: Known, choice: Choice) -> None:
    """Give the rows of every table the chosen values; what is refused stays as it was.

    Keys, and what refers to them, are left alone. Triggers are off meanwhile: such a row may be
    older than the trigger.
    """
    connection.execute("SET session_replication_role = replica; SET search_path = pg_catalog")
    try:
        shapes = tables(connection)
        referred = {
            (fk.table, c) for t in shapes.values() for fk in t.foreign_keys for c in fk.parents
        }
        for table in shapes.values():
            if not table.internal:
                with connection.transaction():
                    _Varying(connection, table, known, choice, referred).run()
    finally:
        connection.execute("RESET session_replication_role; RESET search_path")
    _move_on(connection, shapes.values())


def _move_on(connection: psycopg.Connection, shapes: Collection[Table]) -> None:
    """Every sequence of a column stands right behind the column's largest value."""
    for table in shapes:
        for column in table.columns.values():
            if column.sequence:
                connection.execute(
                    f"SELECT setval('{column.sequence.replace(chr(39), chr(39) * 2)}',"
                    f" max({quoted(column.name)})) FROM {table.source} HAVING count(*) > 0".encode()
                )


class _Varying:
    """The rows of one table."""

    def __init__(
        self,
        connection: psycopg.Connection,
        table: Table,
        known: Known,
        choice: Choice,
        referred: Collection[tuple[str, str]],
    ) -> None:
        self._connection = connection
        self._table = table
        self._known = known
        self._choice = choice
        self._classes = choice.classes
        bound = set(table.primary) | {c for fk in table.foreign_keys for c in fk.columns}
        later = known.after.get(table.name) if choice.fitting else None
        unique = table.unique + (later.unique if later else ())
        self._unique = {c for columns in unique for c in columns}
        self._columns = [
            c
            for c in table.columns.values()
            if not c.generated
            and c.name not in bound
            and (table.name, c.name) not in referred
            and (c.category == "S" or not any(c.name in u for u in table.unique))
        ]

    def run(self) -> None:
        """Every row on its own: a column that is refused keeps what it has."""
        places = self._connection.execute(
            f"SELECT tableoid::bigint, ctid::text FROM {self._table.source}"
            " ORDER BY tableoid, ctid LIMIT 400".encode()
        ).fetchall()
        refused: Counter[str] = Counter()
        for number, (oid, at) in enumerate(places):
            place = str(at)
            row = {n: v for n, v in self._row(number).items() if refused[n] < _PATIENCE}
            if row and self._update(row, oid, place) is None:
                for name, value in row.items():
                    moved = self._update({name: value}, oid, place)
                    place = moved or place
                    refused[name] += 1 if moved is None else -_PATIENCE

    def _row(self, number: int) -> dict[str, str | None]:
        row = {}
        for at, column in enumerate(self._columns):
            change = self._known.of(self._table, column)
            choice = values(column, number, change, fitting=self._choice.fitting)
            if choice:
                # Steps of one, and columns against each other: each value meets many others.
                kind = self._classes[
                    (number + at * (number // len(self._classes) + 1)) % len(self._classes)
                ]
                row[column.name] = self._distinct(column, choice[kind % len(choice)], number)
        return row

    def _distinct(self, column: Column, value: str | None, number: int) -> str | None:
        if column.name not in self._unique or value is None or str(number) in value:
            return value
        return f"{value}{number}"

    def _update(self, row: Mapping[str, str | None], oid: int, place: str) -> str | None:
        """The row's new place, None when it was refused."""
        columns = self._table.columns
        sets = ", ".join(f"{quoted(n)} = CAST(%s::text AS {columns[n].type})" for n in row)
        statement = (
            f"UPDATE {self._table.source.replace('%', '%%')} SET {sets}"
            f" WHERE ctid = %s::tid AND tableoid = {oid} RETURNING ctid::text"
        )
        try:
            with self._connection.transaction():
                found = self._connection.execute(
                    statement.encode(), [*row.values(), place]
                ).fetchone()
        except psycopg.Error:
            return None
        return str(found[0]) if found else None
