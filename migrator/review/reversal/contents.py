"""What a database holds, kept aside and compared: every row by its content, columns by name.

The copies are temporary tables of the session that compares. They hold texts, so that no type, and
no table, of the database hangs on them; 100,000 rows are compared where they lie.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from migrator.review.reversal.introduced import Column
from migrator.review.reversal.shape import Table, tables

_MANY = 2000  # rows, from which on the planner had better know
# Every value as a text that is different when the value is.
_SETTINGS = """
    SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres';
    SET extra_float_digits = 1; SET bytea_output = 'hex'; SET row_security = off;
    SET client_min_messages = warning; SET jit = off; SET search_path = pg_catalog;
    SET lock_timeout = '10s'
"""


@dataclass(frozen=True)
class Copy:
    """One table as it was: the temporary table `at` has the columns k (key) and v (all values)."""

    at: str
    table: Table
    key: tuple[str, ...]
    count: int

    def index(self, column: str) -> int:
        """The place of a column in v, from 1."""
        return list(self.table.columns).index(column) + 1

    def row(self, values: Sequence[str | None]) -> dict[str, str | None]:
        """A value of v by the names of the columns."""
        return dict(zip(self.table.columns, values, strict=True))


Contents = Mapping[str, Copy]


@dataclass(frozen=True)
class Change:
    """`count` rows of `table`: lost, added, or with another value in `column`."""

    what: str
    table: str
    column: str | None
    count: int


def prepare(connection: psycopg.Connection) -> None:
    """Settle how values are written as text, for the session that copies and compares."""
    connection.execute(_SETTINGS)


def keep(
    connection: psycopg.Connection, name: str, like: Contents | None = None
) -> dict[str, Copy]:
    """Copy every row aside, under a short `name`. Keys are those of `like` where they are there."""
    kept = {}
    for number, table in enumerate(tables(connection).values()):
        key = table.key
        if like and table.name in like and set(like[table.name].key) <= set(table.columns):
            key = like[table.name].key
        kept[table.name] = _copy(connection, f"kept_{name}_{number}", table, key)
    return kept


def _copy(connection: psycopg.Connection, at: str, table: Table, key: tuple[str, ...]) -> Copy:
    statement = sql.SQL("CREATE TEMP TABLE {} AS SELECT {} AS k, {} AS v FROM {}").format(
        sql.Identifier(at), _texts(key), _texts(table.columns), sql.SQL(table.source)
    )
    count = connection.execute(statement).rowcount
    if count > _MANY:
        connection.execute(sql.SQL("ANALYZE pg_temp.{}").format(sql.Identifier(at)))
    return Copy(at, table, key, count)


def _texts(columns: Sequence[str] | Mapping[str, object]) -> sql.Composed:
    names = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns]
    return sql.SQL("ARRAY[{}]::text[]").format(sql.SQL(", ").join(names))


def changes(connection: psycopg.Connection, before: Contents, after: Contents) -> Iterator[Change]:
    """What of the rows `before` is not in `after`, table by table."""
    for name, old in before.items():
        if name not in after:
            if old.count:
                yield Change("rows_lost", name, None, old.count)
            continue
        new = after[name]
        yield from (
            _by_key(connection, old, new)
            if old.key and old.key == new.key
            else _as_bags(connection, old, new)
        )


def _by_key(connection: psycopg.Connection, old: Copy, new: Copy) -> Iterator[Change]:
    columns = list(old.table.columns)
    pairs = [
        f"a.v[{old.index(c)}] IS DISTINCT FROM "
        + (f"b.v[{new.index(c)}]" if c in new.table.columns else "NULL")
        for c in columns
    ]
    counts = ", ".join(f"count(*) FILTER (WHERE b.k IS NOT NULL AND {pair})" for pair in pairs)
    row = connection.execute(
        f"SELECT count(*) FILTER (WHERE b.k IS NULL), {counts}"
        f" FROM pg_temp.{old.at} AS a LEFT JOIN pg_temp.{new.at} AS b USING (k)".encode()
    ).fetchone()
    assert row is not None  # noqa: S101  an aggregate without GROUP BY
    lost, *changed = row
    if lost:
        yield Change("rows_lost", old.table.name, None, lost)
    for column, count in zip(columns, changed, strict=True):
        if count:
            yield Change("values_changed", old.table.name, column, count)
    added = new.count - (old.count - lost)
    if added > 0:
        yield Change("rows_added", old.table.name, None, added)


def _as_bags(connection: psycopg.Connection, old: Copy, new: Copy) -> Iterator[Change]:
    """Rows without a key: as often as it was there, each must be there again."""
    if old.count > new.count:
        yield Change("rows_lost", old.table.name, None, old.count - new.count)
    elif old.count < new.count:
        yield Change("rows_added", old.table.name, None, new.count - old.count)
    columns = [c for c in old.table.columns if c in new.table.columns]
    gone = [c for c in old.table.columns if c not in new.table.columns]
    for column in gone:
        some = connection.execute(
            f"SELECT count(v[{old.index(column)}]) FROM pg_temp.{old.at}".encode()
        ).fetchone()
        if some and some[0]:
            yield Change("values_changed", old.table.name, column, some[0])
    lost = max(old.count - new.count, 0)
    whole = _difference(connection, old, new, columns) - lost
    if whole <= 0:
        return
    single = [(c, _difference(connection, old, new, [c])) for c in columns]
    found = [Change("values_changed", old.table.name, c, n) for c, n in single if n > lost]
    if not found and not lost:
        found = [Change("values_changed", old.table.name, None, whole)]
    yield from found


def _difference(
    connection: psycopg.Connection, old: Copy, new: Copy, columns: Sequence[str]
) -> int:
    left, right = (
        "ARRAY[" + ", ".join(f"v[{copy.index(c)}]" for c in columns) + "]::text[]"
        for copy in (old, new)
    )
    row = connection.execute(
        f"SELECT count(*) FROM (SELECT {left} FROM pg_temp.{old.at}"
        f" EXCEPT ALL SELECT {right} FROM pg_temp.{new.at}) AS gone".encode()
    ).fetchone()
    return int(row[0]) if row else 0


def differing(
    connection: psycopg.Connection, before: Contents, after: Contents
) -> Iterator[Column]:
    """The values of texts and documents that are not the same afterwards, at most 2,000 each."""
    for name, old in before.items():
        new = after.get(name)
        if new is None or not old.key or old.key != new.key or old.table.internal:
            continue
        for column, shape in old.table.columns.items():
            document = shape.base in {"json", "jsonb"}
            if column not in new.table.columns or not (document or shape.category in "SE"):
                continue
            left, right = f"a.v[{old.index(column)}]", f"b.v[{new.index(column)}]"
            pairs = connection.execute(
                f"SELECT {left}, {right} FROM pg_temp.{old.at} AS a JOIN pg_temp.{new.at} AS b"
                f" USING (k) WHERE {left} IS DISTINCT FROM {right} LIMIT 2000".encode()
            ).fetchall()
            if pairs:
                yield Column(document, pairs)


def next_values(connection: psycopg.Connection) -> dict[str, tuple[str, int]]:
    """The next value of every sequence: by the column that it feeds, or else by its own name."""
    found = connection.execute("""
        SELECT format('%I.%I', n.nspname, c.relname), coalesce(format('%I.%I', tn.nspname,
                t.relname), ''), coalesce(a.attname, ''), s.seqincrement
        FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        LEFT JOIN pg_class AS t ON t.oid = d.refobjid
        LEFT JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE c.relpersistence <> 't'
    """).fetchall()
    values = {}
    for name, table, column, step in found:
        query = (
            f"SELECT CASE WHEN is_called THEN last_value + {step} ELSE last_value END FROM {name}"
        )
        row = connection.execute(query.encode()).fetchone()
        owner = f"{table}.{column}" if column else name
        values[owner] = (name, int(row[0]) if row else 0)
    return values
