"""A database that holds schema.sql, one of everything, and connections to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from migrator.catalog import Catalog
from migrator.embedded import Server
from tests.catalog.databases import Run, catalog_of, make, raw_of

ROLES = ("catalog_app", "catalog_ro", "catalog_owner")


@pytest.fixture(scope="session")
def schema() -> str:
    return (Path(__file__).parent / "schema.sql").read_text()


@pytest.fixture(scope="session")
def rich(server: Server, schema: str) -> Server:
    """The server with a database "rich", which is schema.sql."""
    with server.connect() as connection:
        for role in ROLES:
            connection.execute(f"CREATE ROLE {role} LOGIN")
    make(server, "rich", schema)
    return server


@pytest.fixture(scope="session")
def wanted(rich: Server) -> Catalog:
    """The catalog of schema.sql."""
    return catalog_of(rich, "rich")


@pytest.fixture
def connection(rich: Server) -> Iterator[sa.Connection]:
    """A connection to "rich"; what is not committed is undone after the test."""
    engine = sa.create_engine(rich.url("rich"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def run(connection: sa.Connection) -> Run:
    raw = raw_of(connection)

    def execute(sql: str) -> None:
        raw.execute(sql.encode())

    return execute
