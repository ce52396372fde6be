"""Rows that the new release wrote, and whether the old schema still has them afterwards.

A row may change on its way down where the old schema has no room for what it holds. Whether there
is room, the old schema is asked itself, by writing the value once more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from migrator import rows
from migrator.review.reversal import contents
from migrator.review.reversal.result import Loss, Phase
from migrator.review.reversal.shape import Table

_PHASE: Phase = "downgrade over new rows"
_LOOKED_AT = 500  # rows of a table
_TRIED = 40  # rows of a table that are written once more

RowKey = tuple[str, Sequence[str | None]]
"""A table and the texts of a row's key."""


@dataclass(frozen=True)
class Upgraded:
    """What there was before the first upgrade, and what there is now, before anybody writes.

    `back` is the SQL of the downgrade.
    """

    before: contents.Contents
    now: contents.Contents
    back: Sequence[str] = ()


@dataclass(frozen=True)
class Written:
    """What there is after the new release has written.

    `like` names the old row that a new one was made from: it may come back as that one does. Of the
    `marked` rows, which say something that the old schema has no word for, only that they are there
    at all.
    """

    contents: contents.Contents
    like: Mapping[tuple[str, tuple[str | None, ...]], tuple[str | None, ...]] = field(
        default_factory=dict
    )
    marked: Collection[tuple[str, tuple[str | None, ...]]] = ()


def from_file(connection: psycopg.Connection, upgraded: Upgraded, file: Path) -> Written:
    """Execute the SQL of the new release."""
    connection.execute("RESET search_path")
    rows.load(connection, file)
    connection.execute("SET search_path = pg_catalog")
    return Written(contents.keep(connection, "written", upgraded.before))


def losses(connection: psycopg.Connection, upgraded: Upgraded, written: Written) -> Iterator[Loss]:
    """What the old schema had room for, and has not after the downgrade."""
    down = contents.keep(connection, "down", upgraded.before)
    for name, after in written.contents.items():
        old, now, left = (each.get(name) for each in (upgraded.before, upgraded.now, down))
        if old is None or now is None or left is None or old.table.internal or not old.key:
            continue
        if old.key == now.key == left.key == after.key:
            yield from _table(connection, _Copies(old, now, after, left), written)


@dataclass(frozen=True)
class _Copies:
    old: contents.Copy
    now: contents.Copy
    after: contents.Copy
    left: contents.Copy


def _table(connection: psycopg.Connection, copies: _Copies, written: Written) -> Iterator[Loss]:
    lost, changed = 0, dict.fromkeys(copies.left.table.columns, 0)
    name = copies.old.table.name
    changes = connection.execute(
        f"SELECT w.k, w.v, d.v FROM pg_temp.{copies.after.at} AS w"
        f" LEFT JOIN pg_temp.{copies.now.at} AS n USING (k)"
        f" LEFT JOIN pg_temp.{copies.left.at} AS d USING (k)"
        f" WHERE n.k IS NULL OR n.v <> w.v LIMIT {_LOOKED_AT}".encode()
    ).fetchall()
    tried = 0
    for key, put, found in changes:
        if tried > _TRIED:
            break
        wanted = copies.after.row(put)
        common = [c for c in copies.left.table.columns if c in wanted]
        if found is None:
            tried += 1
            lost += _room_for_row(connection, copies.left.table, wanted, common)
            continue
        if (name, tuple(key)) in written.marked:
            continue
        source = written.like.get((name, tuple(key)))
        before = _values(connection, copies.old, source) if source else {}
        left = copies.left.row(found)
        for column in common:
            is_now = left[column]
            if is_now in (wanted[column], before.get(column, wanted[column])):
                continue
            tried += 1
            row = dict(zip(copies.old.key, key, strict=True))
            changed[column] += _room_for_value(
                connection, copies, row, column, wanted[column], is_now
            )
    if lost:
        yield _loss("row-lost", "rows_lost", name, None, lost)
    for column, count in changed.items():
        if count:
            yield _loss("value-changed", "values_changed", name, column, count)


def _loss(rule: str, what: str, table: str, column: str | None, count: int) -> Loss:
    detail = f"{count} of the rows that were written after the upgrade"
    return Loss(rule, what, table, column, count, _PHASE, detail)


def _values(
    connection: psycopg.Connection, copy: contents.Copy, key: Sequence[str | None]
) -> dict[str, str | None]:
    row = connection.execute(
        f"SELECT v FROM pg_temp.{copy.at} WHERE k = %s::text[]".encode(), [list(key)]
    ).fetchone()
    return copy.row(row[0]) if row else {}


def _room_for_row(
    connection: psycopg.Connection,
    table: Table,
    row: Mapping[str, str | None],
    columns: Collection[str],
) -> bool:
    """Whether the old schema takes the row, as far as it has its columns."""
    given = {c: row[c] for c in columns if not table.columns[c].generated}
    return attempt(connection, insert(table, given), list(given.values()), keep=False) is not None


def _room_for_value(
    connection: psycopg.Connection,
    copies: _Copies,
    key: Mapping[str, str | None],
    column: str,
    value: str | None,
    is_now: str | None,
) -> bool:
    """Whether the old schema takes the value and then shows another one than it does now."""
    table = copies.left.table
    old, new = table.columns[column], copies.after.table.columns[column]
    if old.generated or old.category != new.category:
        return False
    where = " AND ".join(f"{quoted(c)} = CAST(%s::text AS {table.columns[c].type})" for c in key)
    statement = (
        f"UPDATE {table.name} SET {quoted(column)} = CAST(%s::text AS {old.type}) WHERE {where}"
        f" RETURNING {quoted(column)}::text"
    )
    taken = attempt(connection, statement, [value, *key.values()], keep=False)
    return taken is not None and bool(taken) and taken[0][0] != is_now


def quoted(name: str) -> str:
    """A name as SQL, for statements in which % begins a parameter."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def insert(table: Table, given: Mapping[str, str | None]) -> str:
    """An INSERT of texts, one parameter a column."""
    columns = ", ".join(quoted(c) for c in given)
    values = ", ".join(f"CAST(%s::text AS {table.columns[c].type})" for c in given)
    name = table.name.replace("%", "%%")
    return f"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({values}) RETURNING 1"


def attempt(
    connection: psycopg.Connection,
    statement: str,
    values: Sequence[str | None],
    *,
    keep: bool,
) -> list[tuple[str | None, ...]] | None:
    """Run a statement; None when PostgreSQL refuses. Without `keep` it is undone again."""
    try:
        with connection.transaction(force_rollback=not keep):
            found = connection.execute(statement.encode(), values).fetchall()
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error:
        return None
    return found
