"""Empty databases that belong to a role which is no superuser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from migrator.sandbox import sandbox
from tests.database import connect

Empty = Callable[..., AbstractContextManager[psycopg.Connection]]


@pytest.fixture(scope="session")
def empty(server: Server, auth_template: str) -> Empty:
    """A connection to a new database; `as_superuser` to that of `postgres`, its owner then.

    `auth_template` has made the role that owns it otherwise.
    """

    @contextmanager
    def make(sql: str = "", *, as_superuser: bool = False) -> Iterator[psycopg.Connection]:
        owner = None if as_superuser else EMBEDDED_ROLE
        with sandbox(server.url(), prefix="rows", owner=owner) as url:
            name = url.partition("@/")[2].partition("?")[0]
            address = server.url(name) if as_superuser else server.url(name, EMBEDDED_ROLE)
            with connect(address) as connection:
                connection.execute(sql.encode())
                yield connection

    return make


@pytest.fixture(scope="session")
def schema() -> str:
    return (Path(__file__).parent / "schema.sql").read_text()
