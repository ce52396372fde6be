"""Rows as the new release would write them: like those that are there, under keys of their own.

And where the upgrade has made room (a constraint gone, a longer text, a new label) a row that needs
it: what is allowed is written one day. Numbers are not made larger than they ever were.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg

from migrator.review.reversal import contents
from migrator.review.reversal.new_rows import Upgraded, Written, attempt, insert, quoted
from migrator.review.reversal.shape import Check, Column, Table

_CLONES = 4  # rows of each table
_INTEGERS = {"smallint": 32_767, "integer": 2**31 - 1, "bigint": 2**63 - 1}

Row = dict[str, str | None]


@dataclass(frozen=True)
class Wish:
    """Values that only the new schema takes, and a set of columns that may repeat."""

    values: Mapping[str, str | None]
    repeated: tuple[str, ...] = ()


def write(connection: psycopg.Connection, upgraded: Upgraded) -> Written:
    """Write the rows; what PostgreSQL refuses is left out."""
    connection.execute("RESET search_path")
    like = {}
    were = {copy.table.oid: copy for copy in upgraded.before.values()}
    for name in _parents_first(upgraded.now):
        now = upgraded.now[name]
        old = upgraded.before.get(name) or were.get(now.table.oid)
        if now.table.internal or not (old or _belongs_to_one(now.table)):
            continue
        writer = Writer(connection, now, old)
        wishes = list(made_room(old.table, now.table)) if old else []
        for key, row in writer.sources(_CLONES):
            for wish in [Wish({}), *wishes]:
                written = writer.clone(row, wish)
                if written and old and name == old.table.name and now.key == old.key:
                    like[name, tuple(written[c] for c in now.key)] = tuple(key)
            wishes = []
    connection.execute("SET search_path = pg_catalog")
    return Written(contents.keep(connection, "written", upgraded.before), like)


def _belongs_to_one(table: Table) -> bool:
    """Whether each row completes one of another table: the only rows that a new table needs.

    What else the upgrade has made, such as a table of what it took away, is not written to.
    """
    return bool(table.primary) and any(
        set(table.primary) <= set(key.columns) for key in table.foreign_keys
    )


def _parents_first(all_of_them: contents.Contents) -> list[str]:
    """Tables in the order of their foreign keys; those of a circle in the order of names."""
    waiting = {
        name: {fk.table for fk in copy.table.foreign_keys} - {name}
        for name, copy in all_of_them.items()
    }
    done: list[str] = []
    while waiting:
        ready = sorted(n for n, on in waiting.items() if not on & waiting.keys())
        for name in ready or [min(waiting)]:
            done.append(name)
            del waiting[name]
    return done


def made_room(old: Table, new: Table) -> Iterator[Wish]:
    """What the new table takes and the old one does not; a table made anew says nothing of it."""
    if old.oid != new.oid:
        return
    for columns in old.unique:
        if columns not in (*new.unique, new.primary) and set(columns) <= set(new.columns):
            yield Wish({}, columns)
    for name in old.columns.keys() & new.columns.keys():
        yield from _wider(old, new.columns[name], old.columns[name])
    now = {fk.columns for fk in new.foreign_keys}
    for key in old.foreign_keys:
        if key.columns not in now and set(key.columns) <= set(new.columns):
            yield Wish({c: _unknown(new.columns[c]) for c in key.columns})
    definitions = {check.definition for check in new.checks.values()}
    for check in old.checks.values():
        if check.definition not in definitions:
            for column in check.columns:
                if column in new.columns:
                    yield from _against(check, new, new.columns[column])


def _wider(old_table: Table, new: Column, old: Column) -> Iterator[Wish]:
    if old.not_null and not new.not_null and new.name not in old_table.primary:
        yield Wish({new.name: None})
    longer = old.category == new.category == "S" and old.size and not 0 < new.size <= old.size
    if longer:
        yield Wish({new.name: "x" * min(new.size or old.size + 20, old.size + 20)})
    for label in new.labels or ():
        if old.labels is not None and label not in old.labels:
            yield Wish({new.name: label})


def _unknown(column: Column) -> str:
    """A value that no row of any table has."""
    if column.base in _INTEGERS:
        return str(_INTEGERS[column.base] - 7)
    return str(_digest("nobody", column))


def _against(check: Check, new: Table, column: Column) -> Iterator[Wish]:
    """Values that the old CHECK may have refused; those that the new table refuses fall away."""
    texts = {t for c in new.checks.values() for t in literals(c.definition)}
    numbers = [int(n) for n in re.findall(r"(?<![\w.'])-?\d{1,9}(?![\w.'])", check.definition)]
    candidates: list[str] = sorted(texts - set(literals(check.definition)))
    candidates += column.labels or ()
    if column.category == "N":
        candidates += [str(n + step) for n in numbers for step in (-1, 0, 1)]
    elif column.category == "S":
        candidates += ["x" * (n + 1) for n in numbers if n < 100_000] + ["", "other"]
    for value in dict.fromkeys(candidates):
        yield Wish({column.name: value})


def literals(text: str) -> list[str]:
    """The quoted texts of a piece of SQL."""
    return [found.replace("''", "'") for found in re.findall(r"'((?:[^']|'')*)'", text)]


def _digest(value: object, column: Column) -> str:
    digest = hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()
    return digest[: column.size] if column.category == "S" and column.size else digest


class Writer:
    """Writes copies of the rows of one table."""

    def __init__(
        self, connection: psycopg.Connection, now: contents.Copy, old: contents.Copy | None
    ) -> None:
        self._connection = connection
        self._now = now
        self._table = now.table
        unique = [now.table.primary, *now.table.unique]
        if old:
            unique += [old.table.primary, *old.table.unique]
        self._unique = [u for u in dict.fromkeys(unique) if u and set(u) <= set(now.table.columns)]
        self._count = 0

    def sources(self, most: int) -> Iterator[tuple[list[str | None], Row]]:
        """Some rows that were there, always the same ones, with their keys."""
        found = self._connection.execute(
            f"SELECT k, v FROM pg_temp.{self._now.at} ORDER BY md5(v::text) LIMIT {most}".encode()
        ).fetchall()
        for key, values in found:
            yield key, dict(zip(self._table.columns, values, strict=True))

    def clone(self, row: Row, wish: Wish) -> Row | None:
        """Write a copy of the row with what is wished for; None when it is refused."""
        self._count += 1
        given = {
            **{c: v for c, v in row.items() if not self._table.columns[c].generated},
            **wish.values,
        }
        free = set(given) - set(wish.values)
        fresh: set[str] = set()
        for columns in self._unique:
            if columns == wish.repeated or fresh & set(columns):
                continue
            if wish.repeated and not set(columns) - set(wish.repeated):
                continue
            chosen = self._changeable(columns, free - set(wish.repeated))
            if chosen is None:
                continue
            given[chosen] = self._fresh(chosen, row[chosen])
            fresh.add(chosen)
        statement = insert(self._table, given)
        taken = attempt(self._connection, statement, list(given.values()), keep=True)
        return None if taken is None else given

    def _changeable(self, columns: tuple[str, ...], free: set[str]) -> str | None:
        """The column of a unique set that is best changed: one that refers to nothing."""
        refers = {c for fk in self._table.foreign_keys for c in fk.columns}
        ranked = sorted(
            (c for c in columns if c in free),
            key=lambda c: (c in refers, self._table.columns[c].category in "BEC"),
        )
        return ranked[0] if ranked else None

    def _fresh(self, name: str, value: str | None) -> str | None:
        """A value of the column that no row has."""
        column = self._table.columns[name]
        key = next((fk for fk in self._table.foreign_keys if fk.columns == (name,)), None)
        if key:
            return self._one(
                f"SELECT {quoted(key.parents[0])}::text FROM {key.table} AS p WHERE NOT EXISTS"
                f" (SELECT FROM {self._table.name} AS t"
                f" WHERE t.{quoted(name)} = p.{quoted(key.parents[0])}) ORDER BY 1 LIMIT 1"
            )
        if column.category == "N":
            return self._one(self._free_number(name, column))
        if column.category == "D":
            return self._one(
                f"SELECT (max({quoted(name)}) + interval '1 day')::{column.type}::text"
                f" FROM {self._table.name}"
            )
        if column.category == "S":
            tail = f"~{self._count}"
            return f"{(value or '')[: column.size - len(tail) if column.size else None]}{tail}"
        return _digest(f"{value}{self._count}", column)

    def _free_number(self, name: str, column: Column) -> str:
        """The next number, or the first gap where the largest one is taken."""
        most = _INTEGERS.get(column.base, 2**31)
        return (
            f"SELECT min(n)::text FROM (SELECT max({quoted(name)}) + 1 AS n FROM {self._table.name}"
            f" HAVING max({quoted(name)}) < {most} UNION ALL"
            f" SELECT n FROM generate_series(1, 30000) AS n WHERE NOT EXISTS (SELECT FROM"
            f" {self._table.name} AS t WHERE t.{quoted(name)} = n) AND NOT EXISTS (SELECT FROM"
            f" {self._table.name} HAVING max({quoted(name)}) < {most})) AS free"
        )

    def _one(self, query: str) -> str | None:
        row = self._connection.execute(query.encode().replace(b"%%", b"%")).fetchone()
        return row[0] if row else None
