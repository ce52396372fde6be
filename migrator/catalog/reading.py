"""Reads a catalog out of a database: one snapshot, three round trips."""

import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from migrator import errors
from migrator.catalog import (
    constraints,
    database,
    dependencies,
    methods,
    privileges,
    relations,
    routines,
    types,
)
from migrator.catalog.model import Catalog, Object, Value
from migrator.catalog.settle import settled

_TRIES = 12
_PAUSE = 0.1  # seconds

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"

# All that changes how PostgreSQL writes a definition; with this search path every name but
# PostgreSQL's own comes out with its schema. Compiling such queries costs more than running them.
# To write a view or a default PostgreSQL locks its tables (ACCESS SHARE); rather than wait long
# enough for somebody's ALTER TABLE to be chosen as the victim of a deadlock, reading starts again.
_SETTINGS = """
SET LOCAL search_path = pg_catalog;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
SET LOCAL quote_all_identifiers = off;
SET LOCAL standard_conforming_strings = on;
SET LOCAL jit = off;
SET LOCAL lock_timeout = '250ms';
"""

_FAMILIES = [
    family.sql()
    for module in (relations, constraints, routines, types, database, methods, privileges)
    for family in module.FAMILIES
]
_STATEMENTS = ";\n".join([*_FAMILIES, dependencies.SQL])


def _rows_as_json(query: str, width: int) -> str:
    columns = ", ".join(f"c{number}" for number in range(width))
    row = f"json_build_array({columns})"
    return f"(SELECT coalesce(json_agg({row}), '[]') FROM ({query}) AS found ({columns}))"


_AS_JSON = "SELECT json_build_array({})::text".format(
    ", ".join([*(_rows_as_json(one, 8) for one in _FAMILIES), _rows_as_json(dependencies.SQL, 9)])
)

_EXPRESSIONS = frozenset(
    {
        "definition",
        "default",
        "generated",
        "using",
        "with check",
        "partitioned by",
        "expressions",  # of statistics
        "tables",  # of a publication, with their row filters
    }
)

# Locked, or dropped between the snapshot and the look: "could not open relation with OID 1".
_MOVING = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.InternalError_,
)


def read(connection: sa.Connection) -> Catalog:
    """The schema of the database that the connection is on (PostgreSQL 15 or newer, psycopg).

    Needs no privilege beyond the connection. Outside a transaction it takes a snapshot of its own;
    inside one it sees what that transaction has done. Either way nothing of it stays behind: no
    setting, no lock, no open transaction. A schema that somebody is changing is read again, for
    about four seconds; then MigratorError.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"the catalog is read through psycopg, not {type(raw).__name__}")
    return read_raw(raw)


def read_raw(raw: psycopg.Connection) -> Catalog:
    """The same, of psycopg's own connection."""
    for _ in range(_TRIES):
        try:
            return _read_once(raw)
        except _MOVING as error:
            reason = str(error).splitlines()[0]
            time.sleep(_PAUSE)
    raise errors.schema_in_motion(_TRIES, reason)


def read_with(ask: Callable[[str], str]) -> Catalog:
    """The same, through whatever runs a query of one text in the transaction that it is in.

    Its settings stay until the end of that transaction, or of a savepoint.
    """
    pairs = re.findall(r"SET LOCAL (\w+) = '?([^;]*?)'?;", _SETTINGS)
    ask("SELECT " + " || ".join(f"set_config('{name}', '{value}', true)" for name, value in pairs))
    *families, edges = json.loads(ask(_AS_JSON))
    return _assembled(
        ([*row[:5], *map(int, row[5:])] for rows in families for row in rows),
        ([*map(int, row[:6]), *row[6:]] for row in edges),
    )


def _read_once(raw: psycopg.Connection) -> Catalog:
    idle = raw.info.transaction_status == TransactionStatus.IDLE
    with raw.transaction(force_rollback=True), psycopg.Cursor(raw) as cursor:
        # Several statements in one: psycopg must not prepare them.
        cursor.execute((_SNAPSHOT if idle else "") + _SETTINGS + _STATEMENTS, prepare=False)
        *families, edges = [result.fetchall() for result in cursor.results() if result.description]
    return _assembled((row for rows in families for row in rows), edges)


def _assembled(rows: Iterable[Sequence[Any]], edges: Iterable[Any]) -> Catalog:
    objects = {(row[5], row[6], row[7]): _object(*row[:5]) for row in rows}
    return Catalog.of(dependencies.added(objects, edges))


def _object(
    kind: str, identity: str, parents: list[list[str]], attributes: dict[str, Any], details: Any
) -> Object:
    return Object(
        kind,
        identity,
        {name: _value(kind, name, value) for name, value in attributes.items()},
        tuple((parent[0], parent[1]) for parent in parents),
        details,
    )


def _value(kind: str, name: str, value: Value) -> Value:
    if name not in _EXPRESSIONS or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [settled(line) for line in value]
    if kind in {"function", "procedure"}:
        # A body that is text stays as it was written.
        head, written, body = value.partition("\nAS ")
        return settled(head) + written + body
    return settled(value)
