"""Units out of columns and foreign keys."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from random import Random

import psycopg

from migrator.rows import text
from migrator.rows.shape import Column, ForeignKey, Table
from migrator.rows.suggestions import suggest
from migrator.rows.types import Type, Types
from migrator.rows.units import Unit, Values
from migrator.rows.values import WHOLE, Maker

_ORDINARY = 300  # different values of a column that need not be unique
_DOCUMENTS = ("json", "jsonb")
_KEYS = 100_000  # rows of another table that are referred to


def column_unit(
    types: Types,
    maker: Maker,
    table: Table,
    column: Column,
    conditions: Sequence[str],
    *,
    distinct: bool,
    wide: int,
    counted: Callable[[int], str | None] | None,
    start: int,
    step: tuple[int, int],
    rng: Random,
) -> Unit:
    """A single column. `counted` gives its values when a sequence does.

    `wide`: how many different values it should have; `start`: the first one; `step`: how many of
    them one row uses for its columns, and which one is for this column.
    """
    base, _, _ = types.unwrap(column.type)
    longest = text.SHORT if column.name in table.indexed else text.LONGEST
    derived = [one for condition in conditions for one in suggest(condition, base, rng)]
    if (default := _constant(column.default)) is not None:
        derived.append(default)
    derived = types.valid(base, list(dict.fromkeys(derived)))
    borders = types.valid(base, maker.borders(base, longest, column.name))
    drawn: list[str | None] = [
        maker.nth(base, rng.randrange(wide), column.name) for _ in range(min(wide, 3000))
    ]
    drawn += [maker.draw(base, rng, column.name, longest) for _ in range(0 if wide else _ORDINARY)]
    ordinary = types.valid(base, list(dict.fromkeys(one for one in drawn if one is not None)))
    if base.name in _DOCUMENTS and not conditions:
        lists = (column.default or "").startswith("'[")
        borders, ordinary = (_of_one_kind(some, lists=lists) for some in (borders, ordinary))
    if default is not None and not wide:
        ordinary.insert(0, default)

    def nth(number: int) -> Values | None:
        if counted:
            value = counted(number)
        else:
            value = maker.nth(base, (start + number) * step[0] + step[1], column.name)
        return None if value is None else (value,)

    asked: dict[str, str | None] = {}

    def accept(_: str, value: str) -> str | None:
        if value not in asked:
            asked[value] = _read(types, base, value)
        return asked[value]

    return Unit(
        (column.name,),
        (base.oid,),
        [(value,) for value in ordinary],
        [] if distinct or wide else [(value,) for value in borders if value not in ordinary],
        (None,) if column.nullable else None,
        nth,
        accept,
        distinct=distinct,
        derived=[(value,) for value in derived] if conditions else [],
        texts=base.category == "S",
    )


def _of_one_kind(documents: list[str], *, lists: bool) -> list[str]:
    """A column of documents holds objects, or lists where its default is one: nothing else."""
    objects = [one for one in documents if one.startswith("{")]
    if not lists:
        return objects
    return [one for one in documents if one.startswith("[")] + [f"[{one}]" for one in objects]


def _read(types: Types, base: Type, value: str) -> str | None:
    """The value as the type has it; asks PostgreSQL where that is not plain."""
    if base.name in WHOLE:
        try:
            whole = int(Decimal(value))
        except (InvalidOperation, OverflowError):
            return None
        return str(whole) if abs(whole) < 1 << WHOLE[base.name] else None
    return next(iter(types.valid(base, [value])), None)


def _constant(default: str | None) -> str | None:
    if default is None:
        return None
    found = re.fullmatch(
        r"'((?:[^']|'')*)'(?:::[\w\s\"().\[\]]+)?|(-?\d+(?:\.\d+)?)|(true|false)", default
    )
    if not found:
        return None
    return found[2] or found[3] or (found[1] or "").replace("''", "'")


def key_unit(
    connection: psycopg.Connection,
    table: Table,
    keys: Sequence[ForeignKey],
    tables: dict[int, Table],
    *,
    distinct: bool,
    rng: Random,
) -> Unit:
    """The columns of foreign keys that share columns: values that all of them find."""
    columns = tuple(dict.fromkeys(name for key in keys for name in key.columns))
    # The widest first: it decides most for the others.
    ordered = sorted(keys, key=lambda key: -len(key.columns))
    rows: list[dict[str, str | None]] = [{}]
    for key in ordered:
        rows = _join(rows, key, _target_rows(connection, key, tables), rng)
    values = [tuple(row.get(name) for name in columns) for row in rows]
    nullable = [table.column(name).nullable for name in columns]
    full = any(key.full for key in keys)
    nothing = (None,) * len(columns) if all(nullable) else None
    if any(nullable) and not all(nullable) and not full:
        some = rng.sample(values, len(values) // 10)
        values += [
            tuple(None if null else one for one, null in zip(row, nullable, strict=True))
            for row in some
        ]
    values = list(dict.fromkeys(values))
    if distinct:
        rng.shuffle(values)
    return Unit(
        columns,
        tuple(table.column(name).type.oid for name in columns),
        values,
        [],
        nothing,
        lambda number: values[number] if number < len(values) else None,
        lambda _, __: None,
        distinct=distinct,
        is_key=True,
    )


def _target_rows(
    connection: psycopg.Connection, key: ForeignKey, tables: dict[int, Table]
) -> list[dict[str, str | None]]:
    target = tables[key.target]
    quoted = [f"target.{target.column(name).quoted}" for name in key.target_columns]
    only = "" if target.kind == "p" else "ONLY "
    query = (
        f"SELECT {', '.join(f'{name}::text' for name in quoted)} FROM {only}{target.name} AS target"
        f" WHERE ({', '.join(quoted)}) IS NOT NULL"
        f" ORDER BY {', '.join(quoted)} LIMIT {_KEYS}"
    )
    return [
        dict(zip(key.columns, row, strict=True))
        for row in connection.execute(query.encode()).fetchall()
    ]


def _join(
    rows: list[dict[str, str | None]],
    key: ForeignKey,
    found: list[dict[str, str | None]],
    rng: Random,
) -> list[dict[str, str | None]]:
    """Each row with a row of another target that agrees on the columns they share."""
    shared = [name for name in key.columns if name in rows[0]] if rows else []
    if rows == [{}]:
        return found
    index: dict[Values, list[dict[str, str | None]]] = {}
    for one in found:
        index.setdefault(tuple(one[name] for name in shared), []).append(one)
    joined = []
    for row in rows:
        partners = index.get(tuple(row[name] for name in shared))
        if partners:
            joined.append({**row, **rng.choice(partners)})
    return joined
