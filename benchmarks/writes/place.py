"""A database of its own for a run, and what one statement costs in it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from migrator import embedded

Connection = psycopg.Connection[tuple[Any, ...]]
_OPTIONS = "ANALYZE, BUFFERS, WAL, TIMING OFF, FORMAT JSON"


@dataclass(frozen=True)
class Cost:
    """Of one statement: milliseconds, pages looked at, bytes of WAL, and the indexes it used."""

    ms: float
    buffers: int
    wal: int
    indexes: tuple[str, ...]


def cost(connection: Connection, statement: str, values: Sequence[object] = ()) -> Cost:
    """Execute it and look."""
    result = value(connection, f"EXPLAIN ({_OPTIONS}) {statement}", values)[0]
    plan = result["Plan"]
    return Cost(
        # Triggers too: a foreign key is one.
        ms=result["Execution Time"],
        buffers=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        wal=plan.get("WAL Bytes", 0),
        indexes=tuple(dict.fromkeys(_indexes(plan))),
    )


def value(connection: Connection, statement: str, values: Sequence[object] = ()) -> Any:
    """The first column of the first row. Raises LookupError if there is none."""
    row = connection.execute(statement.encode(), values or None).fetchone()
    if row is None:
        raise LookupError(statement)
    return row[0]


@contextmanager
def place() -> Iterator[Connection]:
    """A server with full pages in its WAL, as in production; only the disk is not waited for."""
    with tempfile.TemporaryDirectory(prefix="write_cost_") as folder:
        server = embedded.start(Path(folder) / "postgres")
        try:
            with server.connect() as connection:
                connection.execute("SET TimeZone = 'UTC'")
                connection.execute("SET jit = off")
                connection.execute("SET synchronous_commit = off")
                yield connection
        finally:
            embedded.stop(Path(folder) / "postgres")


def _indexes(plan: dict[str, Any]) -> Iterator[str]:
    if name := plan.get("Index Name"):
        yield name
    for child in plan.get("Plans", []):
        yield from _indexes(child)
