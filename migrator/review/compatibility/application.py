"""What an application written for a schema would send: made from the catalog and the rows there."""

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from migrator.review.compatibility.statement import Statement
from migrator.review.reversal import contents
from migrator.review.reversal.clones import Row, Writer
from migrator.review.reversal.shape import Table
from migrator.review.reversal.wishes import Wish

_ROWS = 4  # rows of a table that are written once more
_FEW = 12  # different values of a column that are all tried

_ROLES = """
    SELECT DISTINCT pg_get_userbyid(a.grantee), a.privilege_type
    FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.oid = %s AND a.grantee NOT IN (0, c.relowner)
    ORDER BY 1, 2
"""


def statements(connection: psycopg.Connection) -> list[Statement]:
    """Statements for every table, and for every role that was granted something on it.

    A table without rows is only read. Nothing that the statements were tried with stays.
    """
    contents.prepare(connection)
    found: list[Statement] = []
    with connection.transaction(force_rollback=True):
        for copy in contents.keep(connection, "application").values():
            if not copy.table.internal:
                found += _Making(connection, copy).all()
    connection.execute("RESET ALL")
    return found


class _Making:
    """Statements for one table."""

    def __init__(self, connection: psycopg.Connection, copy: contents.Copy) -> None:
        self._connection = connection
        self._copy = copy
        self._table: Table = copy.table
        self._plain = [c for c in copy.table.columns.values() if not c.generated]

    def all(self) -> Iterator[Statement]:
        """As the owner, and again what each role may do."""
        texts = {"SELECT": [self._select()], "INSERT": [], "UPDATE": [], "DELETE": []}
        for key, row in Writer(self._connection, self._copy, None).sources(_ROWS):
            texts["INSERT"] += self._inserts(row)
            texts["UPDATE"] += self._updates(key)
            texts["DELETE"] += self._delete(key)
        texts["UPDATE"] += self._known_values()
        for kind in texts.values():
            for text in dict.fromkeys(kind):
                yield Statement(text, None, self._table.name)
        for role, privilege in self._connection.execute(_ROLES, [self._table.oid]).fetchall():
            for text in dict.fromkeys(texts.get(privilege, ())):
                yield Statement(text, role, self._table.name)

    def _select(self) -> str:
        return self._sql("SELECT {} FROM {} LIMIT 1000", _names(list(self._table.columns)))

    def _inserts(self, row: Row) -> Iterator[str]:
        """A row like this one: with all columns, and with those that must be given."""
        with self._connection.transaction(force_rollback=True):
            written = Writer(self._connection, self._copy, None).clone(row, Wish({}))
        if written is None:
            return
        given = {c.name: written[c.name] for c in self._plain if not c.identity}
        needed = [c.name for c in self._plain if c.not_null and not c.default]
        yield self._insert(given)
        yield self._insert({name: given[name] for name in needed if name in given})

    def _insert(self, given: Row) -> str:
        if not given:
            return self._sql("INSERT INTO {1} DEFAULT VALUES", sql.SQL(""))
        values = sql.SQL(", ").join(self._value(name, value) for name, value in given.items())
        return self._sql("INSERT INTO {1} ({0}) VALUES ({2})", _names(list(given)), values)

    def _updates(self, key: Sequence[str | None]) -> Iterator[str]:
        """Each column by itself, to what it holds and to NULL where that is allowed."""
        if not self._copy.key:
            return
        for column in self._plain:
            if column.name in self._copy.key or column.identity:
                continue
            name = sql.Identifier(column.name)
            yield self._sql("UPDATE {1} SET {0} = {0} WHERE {2}", name, self._where(key))
            if not column.not_null:
                yield self._sql("UPDATE {1} SET {0} = NULL WHERE {2}", name, self._where(key))

    def _known_values(self) -> Iterator[str]:
        """Each value of the columns that have few, such as a status."""
        if not self._copy.key:
            return
        one = self._connection.execute(
            f"SELECT k FROM pg_temp.{self._copy.at} ORDER BY md5(v::text) LIMIT 1".encode()
        ).fetchone()
        for column in self._plain if one else ():
            if column.category not in "SEB" or column.name in self._copy.key:
                continue
            at = self._copy.index(column.name)
            values = self._connection.execute(
                f"SELECT DISTINCT v[{at}] FROM pg_temp.{self._copy.at} WHERE v[{at}] IS NOT NULL"
                f" ORDER BY 1 LIMIT {_FEW + 1}".encode()
            ).fetchall()
            if one and len(values) <= _FEW:
                for (value,) in values:
                    yield self._sql(
                        "UPDATE {1} SET {0} = {3} WHERE {2}",
                        sql.Identifier(column.name),
                        self._where(one[0]),
                        self._value(column.name, value),
                    )

    def _delete(self, key: Sequence[str | None]) -> Iterator[str]:
        if self._copy.key:
            yield self._sql("DELETE FROM {1} WHERE {2}", sql.SQL(""), self._where(key))

    def _where(self, key: Sequence[str | None]) -> sql.Composed:
        pairs = [
            sql.SQL("{} = {}").format(sql.Identifier(name), self._value(name, value))
            for name, value in zip(self._copy.key, key, strict=True)
        ]
        return sql.SQL(" AND ").join(pairs)

    def _value(self, name: str, value: str | None) -> sql.Composable:
        # No type is named: the application does not, and the column's may change.
        del name
        return sql.SQL("NULL") if value is None else sql.Literal(value)

    def _sql(self, form: str, *parts: sql.Composable) -> str:
        # Both are SQL already: our own words, and a name as PostgreSQL quotes it.
        text = sql.SQL(form).format(parts[0], sql.SQL(self._table.name), *parts[1:])
        return text.as_string(self._connection)


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns)
