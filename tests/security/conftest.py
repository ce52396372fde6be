"""Two users with a row in every table, and connections that act as a role."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.database import connect, execute

Act = Callable[[str], psycopg.Connection]


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def users(head_database: str, make_user: Callable[..., str]) -> tuple[str, str]:
    """Two users, each with one row in every table."""
    both = make_user(head_database), make_user(head_database, "bob")
    for user in both:
        execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", user)
        execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    execute(
        head_database,
        "INSERT INTO messages (conversation_id, user_id, role, content)"
        " SELECT id, user_id, 'user', 'hello' FROM conversations",
    )
    return both


@pytest.fixture
def acting_as(
    head_database: str, admin_url: Callable[[str], str]
) -> Iterator[Callable[[str], psycopg.Connection]]:
    """A transaction of a role; nothing of it stays."""
    opened: list[psycopg.Connection] = []

    def act(role: str) -> psycopg.Connection:
        connection = connect(admin_url(head_database), autocommit=False)
        opened.append(connection)
        connection.execute(f"SET LOCAL ROLE {role}".encode())
        return connection

    yield act
    for connection in opened:
        connection.close()
