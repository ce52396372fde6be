"""A database at head, a user in it, and sessions as the application opens them."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Session

IN_UTC = {"options": "-c timezone=UTC"}


def _engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, connect_args=IN_UTC)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(head_database: str) -> Iterator[sa.Engine]:
    """Connects as the owner of our tables, who is not subject to the policies."""
    yield from _engine(head_database)


@pytest.fixture
def admin(head_database: str, admin_url: Callable[[str], str]) -> Iterator[sa.Engine]:
    """Connects as superuser: may do to "user" what Better Auth may."""
    yield from _engine(admin_url(head_database))


@pytest.fixture
def async_engine(head_database: str) -> AsyncEngine:
    """For one `asyncio.run`, which must dispose of it."""
    return create_async_engine(head_database, connect_args=IN_UTC)


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def ada(head_database: str, make_user: Callable[..., str]) -> str:
    """The id of a user."""
    return make_user(head_database, "ada")


@pytest.fixture
def bob(head_database: str, make_user: Callable[..., str]) -> str:
    """The id of another user."""
    return make_user(head_database, "bob")


@pytest.fixture
def statements(engine: sa.Engine) -> list[str]:
    """Every statement that `engine` has executed so far; clear it where counting begins."""
    executed: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        executed.append(statement)

    return executed
