"""What stands in the way of generated rows although it allows them: put aside, and back again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg

from migrator.rows.order import Step
from migrator.rows.shape import ForeignKey, Table


@contextmanager
def relaxed(
    connection: psycopg.Connection, tables: Sequence[Table], steps: Sequence[Step]
) -> Iterator[None]:
    """Row-level security does not hold for the owner, promised keys are checked at the end.

    One transaction where there is anything to relax: it is never seen, nor left, that way.
    """
    forced = [one for one in tables if one.forced and one.owned]
    promised = [
        (step.table, key)
        for step in steps
        for key in step.promised
        if step.final and step.table.owned
    ]
    if not (forced or promised):
        yield
        return
    with connection.transaction():
        for table in forced:
            _alter(connection, table, "NO FORCE ROW LEVEL SECURITY")
        for table, key in promised:
            _alter(connection, table, f"ALTER CONSTRAINT {key.name} DEFERRABLE INITIALLY DEFERRED")
        yield
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, key in promised:
            _alter(connection, table, f"ALTER CONSTRAINT {key.name} {key.deferral}")
        for table in forced:
            _alter(connection, table, "FORCE ROW LEVEL SECURITY")


def keep_promise(
    connection: psycopg.Connection, tables: Mapping[int, Table], table: Table, key: ForeignKey
) -> None:
    """Let the rows whose key refers to nothing refer to rows that are there by now, in turn."""
    target = tables[key.target]
    own = [table.column(name).quoted for name in key.columns]
    there = [target.column(name).quoted for name in key.target_columns]
    matches = " AND ".join(f"t.{b} = c.{a}" for a, b in zip(own, there, strict=True))
    sets = ", ".join(f"{a} = t.k{n}" for n, a in enumerate(own))
    keys = ", ".join(f"{b} AS k{n}" for n, b in enumerate(there))
    connection.execute(
        f"""
        WITH c AS (
            SELECT ctid AS place, row_number() OVER (ORDER BY ctid) - 1 AS number
            FROM {table.name} AS c
            WHERE NOT EXISTS (SELECT FROM {target.name} AS t WHERE {matches})
        ), t AS (
            SELECT {keys}, row_number() OVER (ORDER BY {", ".join(there)}) - 1 AS number,
                count(*) OVER () AS count
            FROM {target.name}
        )
        UPDATE {table.name} AS filled SET {sets} FROM c JOIN t ON c.number % t.count = t.number
        WHERE filled.ctid = c.place
        """.encode()
    )


def _alter(connection: psycopg.Connection, table: Table, action: str) -> None:
    connection.execute(f"ALTER TABLE {table.name} {action}".encode())
