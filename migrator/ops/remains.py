"""What stands beside an index: its table, and the copies that an interrupted REINDEX left.

REINDEX CONCURRENTLY builds `<name>_ccnew`, swaps the two and drops `<name>_ccold`. When it is
interrupted an invalid one of them stays, is written to for ever and serves nobody.
"""

import sqlalchemy as sa

from migrator.ops import sql

_LEFT = r"""
SELECT c.relname
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid,
    regexp_replace(c.relname, '_cc(new|old)\d*$', '') AS base
WHERE NOT i.indisvalid AND pg_table_is_visible(c.oid) AND base <> c.relname
    -- PostgreSQL shortens a long name to make room for the suffix.
    AND (base = %(name)s OR length(c.relname) > 60 AND starts_with(%(name)s, base))
ORDER BY 1
"""
_TABLE = "SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = to_regclass(%s)"


def of_reindex(connection: sa.Connection, name: str) -> list[str]:
    """The names of the invalid copies of the index `name`."""
    return list(connection.exec_driver_sql(_LEFT, {"name": name}).scalars())


def usual(name: str) -> tuple[str, str]:
    """The names that these copies have, for where nobody can be asked."""
    room = 63 - len("_ccnew")
    return f"{name[:room]}_ccnew", f"{name[:room]}_ccold"


def table_of(connection: sa.Connection, name: str) -> str | None:
    """The table of an index as PostgreSQL writes its name; None when there is no such index."""
    return connection.exec_driver_sql(_TABLE, (sql.name(name),)).scalar_one_or_none()


def canonical(connection: sa.Connection, table: str) -> str:
    """A table's name as PostgreSQL writes it."""
    return str(
        connection.exec_driver_sql("SELECT %s::regclass::text", (sql.name(table),)).scalar_one()
    )
