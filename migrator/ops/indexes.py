"""Indexes on tables that are in use: built and dropped without stopping reads or writes.

Never IF NOT EXISTS: an interrupted build leaves an invalid index, which that would take for the
finished one. A revision of such steps holds nothing else, since they run outside a transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrator import errors
from migrator.ops import duplicates, remains, sql
from migrator.ops.outside import Build, building, log

_PROBE = "migrator_probe"


def create_index_concurrently(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, **postgresql: Any
) -> None:
    """Build an index. `columns` are names or expressions such as `updated_at DESC`; `postgresql`
    are Alembic's own options (`postgresql_using`, `postgresql_where`, …).

    Run again after an interruption it goes on: a valid index of this definition is kept, an invalid
    or a different one is dropped and built anew. A unique one over duplicates is refused: the keys
    are counted, and nothing is left behind.
    """

    def create(name: str, table: str, **options: Any) -> None:
        keys = [c if c.isidentifier() else sa.text(c) for c in columns]
        op.create_index(name, table, keys, unique=unique, **postgresql, **options)

    with building(f"index {name}") as build:
        if build is not None and _is_there(build, name, table, create):
            log.info("index %s is built already", name)
            return
        # Offline as online: what a broken build left behind must not stand in the way.
        _drop(name)
        with nullcontext() if build is None else _nothing_left(build.connection, name, table):
            create(name, table, postgresql_concurrently=True)


@contextmanager
def _nothing_left(connection: sa.Connection, name: str, table: str) -> Iterator[None]:
    """Drop the invalid index of a build that the rows have stopped; another try cannot help."""
    try:
        yield
    except sa.exc.DataError:
        _drop(name)
        raise
    except sa.exc.IntegrityError as error:
        key = duplicates.key_of(connection, name)
        _drop(name)
        raise duplicates.refusal(connection, name, table, key) from error


def drop_index_concurrently(name: str) -> None:
    """Drop an index, and what an interrupted REINDEX left beside it. May be run again."""
    with building(f"dropping index {name}") as build:
        if build is not None:
            _sweep(build, name)
        _drop(name)


def reindex_concurrently(name: str) -> None:
    """Build an index anew, to shrink or to repair it; what an interrupted run left goes first."""
    with building(f"reindexing {name}") as build:
        if build is None:
            for left in remains.usual(name):
                _drop(left)
        else:
            build.wait_for_others(remains.table_of(build.connection, name) or "")
            _sweep(build, name)
        sql.execute(f"REINDEX INDEX CONCURRENTLY {sql.name(name)}")


def _drop(name: str) -> None:
    sql.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {sql.name(name)}")


def _sweep(build: Build, name: str) -> None:
    for left in remains.of_reindex(build.connection, name):
        log.info("dropping %s, which an interrupted REINDEX left", left)
        _drop(left)


def _is_there(build: Build, name: str, table: str, create: Any) -> bool:
    """Whether the wanted index exists. Raises MigratorError when another table has its name."""
    build.wait_for_others(sql.name(table))
    owner = remains.table_of(build.connection, name)
    if owner is not None and owner != remains.canonical(build.connection, table):
        raise errors.index_of_another_table(name, table, owner)
    _sweep(build, name)
    return owner is not None and _is_built(build.connection, name, table, create)


def _is_built(connection: sa.Connection, name: str, table: str, create: Any) -> bool:
    valid, definition = connection.exec_driver_sql(
        "SELECT i.indisvalid AND i.indisready, pg_get_indexdef(i.indexrelid) FROM pg_index AS i"
        " WHERE i.indexrelid = to_regclass(%s)",
        (sql.name(name),),
    ).one()
    return bool(valid) and _shape(definition) == _wanted_shape(connection, table, create)


def _wanted_shape(connection: sa.Connection, table: str, create: Any) -> tuple[str, str]:
    """Let PostgreSQL write the wanted definition itself, on an empty table of the same columns."""
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} (LIKE {sql.name(table)})")
    try:
        create(f"{_PROBE}_index", _PROBE)
        definition = connection.exec_driver_sql(
            f"SELECT pg_get_indexdef('{_PROBE}_index'::regclass)"
        ).scalar_one()
    finally:
        connection.exec_driver_sql(f"DROP TABLE {_PROBE}")
    return _shape(definition)


def _shape(definition: str) -> tuple[str, str]:
    """A definition without the names of index and table: (unique or not, method and the rest)."""
    head, _, tail = definition.partition(" USING ")
    return ("UNIQUE" if head.startswith("CREATE UNIQUE") else "", tail)
