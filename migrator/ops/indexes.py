"""Indexes on tables that are in use: built and dropped without stopping reads or writes.

Never IF NOT EXISTS: an interrupted build leaves an invalid index, which that would take for the
finished one. A revision of such steps holds nothing else, since they run outside a transaction.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrator.ops import sql

log = logging.getLogger("alembic.runtime.migration")

_PROBE = "migrator_probe"


def create_index_concurrently(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, **postgresql: Any
) -> None:
    """Build an index. `columns` are names or expressions such as `updated_at DESC`; `postgresql`
    are Alembic's own options (`postgresql_using`, `postgresql_where`, …).

    Run again after an interruption it goes on: a valid index of this definition is kept, an invalid
    or a different one is dropped and built anew.
    """

    def create(name: str, table: str, **options: Any) -> None:
        keys = [c if c.isidentifier() else sa.text(c) for c in columns]
        op.create_index(name, table, keys, unique=unique, **postgresql, **options)

    with _outside_transaction() as connection:
        if connection is not None and _is_built(connection, name, table, create):
            log.info("index %s is built already", name)
            return
        # Offline as online: what a broken build left behind must not stand in the way.
        sql.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {sql.name(name)}")
        create(name, table, postgresql_concurrently=True)


def drop_index_concurrently(name: str) -> None:
    """Drop an index. Run again after an interruption it goes on."""
    with _outside_transaction():
        sql.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {sql.name(name)}")


@contextmanager
def _outside_transaction() -> Iterator[sa.Connection | None]:
    """Alembic's autocommit block, without the lock budget; yields None in `--sql`.

    A concurrent build also waits for old snapshots, and a lock_timeout ends that wait and leaves
    an invalid index. Its locks let reads and writes pass, so it may wait.
    """
    migration = op.get_context()
    with migration.autocommit_block():
        if migration.as_sql:
            yield None
            return
        connection = migration.connection
        assert connection is not None  # noqa: S101  online there is one
        budget = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql("SET lock_timeout = 0")
        yield connection
        connection.exec_driver_sql(f"SET lock_timeout = '{budget}'")


def _is_built(connection: sa.Connection, name: str, table: str, create: Any) -> bool:
    found = connection.exec_driver_sql(
        "SELECT i.indisvalid AND i.indisready, pg_get_indexdef(i.indexrelid) FROM pg_index AS i"
        " WHERE i.indexrelid = to_regclass(%s) AND i.indrelid = %s::regclass",
        (sql.name(name), sql.name(table)),
    ).one_or_none()
    if found is None:
        return False
    valid, definition = found
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
