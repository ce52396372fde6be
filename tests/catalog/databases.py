"""Databases made out of SQL for the tests of the catalog."""

import subprocess
from collections.abc import Callable

import psycopg
import sqlalchemy as sa

from migrator.catalog import Catalog, read
from migrator.embedded import Server

Run = Callable[[str], None]
"""Runs SQL, one statement or many, on the test's connection."""


def raw_of(connection: sa.Connection) -> psycopg.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw


def make(server: Server, database: str, sql: str) -> None:
    """Make a database out of SQL, each statement in a transaction of its own."""
    with server.connect() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}"')
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0 STRATEGY file_copy')
    psql(server, database, sql)


def psql(server: Server, database: str, sql: str, *, stop: bool = True) -> None:
    tool(server, "psql", "-qX", f"--set=ON_ERROR_STOP={int(stop)}", "-d", database, stdin=sql)


def tool(server: Server, name: str, *arguments: str, stdin: str = "") -> str:
    """Run one of PostgreSQL's programs on the server and return what it prints."""
    place = ("-h", str(server.socket_dir), "-p", str(server.port), "-U", "postgres")
    command = (str(server.bin_dir / name), *place, *arguments)
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def catalog_of(server: Server, database: str, user: str = "postgres") -> Catalog:
    engine = sa.create_engine(server.url(database, user), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return read(connection)
