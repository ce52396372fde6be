"""Rows as the new release would write them: like those that are there, under keys of their own.

And where the upgrade has made room (a constraint gone, a longer text, a new label) a row that needs
it: what is allowed is written one day. Numbers are not made larger than they ever were.
"""

from collections.abc import Iterator

import psycopg

from migrator.review.reversal import contents
from migrator.review.reversal.new_rows import Upgraded, Written, attempt, insert, quoted
from migrator.review.reversal.shape import Column, Table
from migrator.review.reversal.wishes import INTEGERS, Wish, digest, made_room, marks

_CLONES = 4  # rows of each table

Row = dict[str, str | None]


def write(connection: psycopg.Connection, upgraded: Upgraded) -> Written:
    """Write the rows; what PostgreSQL refuses is left out."""
    connection.execute("RESET search_path")
    like, marked = {}, set()
    were = {copy.table.oid: copy for copy in upgraded.before.values()}
    for name in _parents_first(upgraded.now):
        now = upgraded.now[name]
        old = upgraded.before.get(name) or were.get(now.table.oid)
        if now.table.internal or not (old or _belongs_to_one(now.table)):
            continue
        writer = Writer(connection, now, old)
        wishes = list(made_room(old.table, now.table)) if old else []
        wishes += marks(writer.new_columns(), upgraded.back)
        for key, row in writer.sources(_CLONES):
            for wish in [Wish({}), *wishes]:
                written = writer.clone(row, wish)
                if written and old and name == old.table.name and now.key == old.key:
                    new = tuple(written[c] for c in now.key)
                    like[name, new] = tuple(key)
                    marked |= {(name, new)} if wish.marked else set()
            wishes = []
    connection.execute("SET search_path = pg_catalog")
    return Written(contents.keep(connection, "written", upgraded.before), like, marked)


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
        self._new = [c for n, c in now.table.columns.items() if old and n not in old.table.columns]
        self._unique = [u for u in dict.fromkeys(unique) if u and set(u) <= set(now.table.columns)]
        self._count = 0

    def sources(self, most: int) -> Iterator[tuple[list[str | None], Row]]:
        """Some rows that were there, always the same ones, with their keys."""
        found = self._connection.execute(
            f"SELECT k, v FROM pg_temp.{self._now.at} ORDER BY md5(v::text) LIMIT {most}".encode()
        ).fetchall()
        for key, values in found:
            yield key, dict(zip(self._table.columns, values, strict=True))

    def new_columns(self) -> list[tuple[Column, set[str]]]:
        """Those that the upgrade has added, with the values that are in them."""
        return [(one, self._values(one.name)) for one in self._new if not one.generated]

    def _values(self, column: str) -> set[str]:
        query = f"SELECT DISTINCT {quoted(column)}::text FROM {self._table.name}"
        return {row[0] for row in self._connection.execute(query.encode().replace(b"%%", b"%"))}

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
        return digest(f"{value}{self._count}", column)

    def _free_number(self, name: str, column: Column) -> str:
        """The next number, or the first gap where the largest one is taken."""
        most = INTEGERS.get(column.base, 2**31)
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
