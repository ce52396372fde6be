"""Short ways to a test database."""

from contextlib import AbstractContextManager
from typing import Any

import psycopg
import sqlalchemy as sa


def connect(url: str, *, autocommit: bool = True) -> psycopg.Connection:
    """A plain psycopg connection to the address of a fixture."""
    address = sa.make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=autocommit)


def execute(url: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with connect(url) as connection:
        cursor = connection.execute(statement.encode(), parameters or None)
        return cursor.fetchall() if cursor.description else []


def opened(url: str) -> AbstractContextManager[sa.Connection]:
    """A SQLAlchemy connection that leaves nothing open behind it."""
    return sa.create_engine(url, poolclass=sa.NullPool).connect()
