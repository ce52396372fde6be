"""docs/security.md: a login gets its role by the SQL that is written there."""

import re
from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa

from migrator.embedded import Server
from tests.conftest import ROOT
from tests.database import connect, execute
from tests.security.conftest import Act, count

LOGIN = "todo_api_of_the_page"
Connect = Callable[[], psycopg.Connection]


@pytest.fixture
def major(head_database: str) -> int:
    """Of the server: memberships have options of their own from 16 on."""
    with connect(head_database) as connection:
        return connection.info.server_version // 10_000


def written(version: int) -> list[str]:
    """The statements of the page for 15, or for 16 and newer."""
    page = (ROOT / "docs" / "security.md").read_text()
    found = re.search(rf"<!-- login {min(version, 16)} -->\n```sql\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1].replace("todo_api", LOGIN).split(";")[:-1]


@pytest.fixture
def login(server: Server, head_database: str) -> Iterator[Connect]:
    """Connects as the login; whatever a test has made of it is gone afterwards."""
    opened: list[psycopg.Connection] = []

    def connect_as_it() -> psycopg.Connection:
        url = server.url(sa.make_url(head_database).database or "", LOGIN)
        opened.append(connect(url, autocommit=False))
        return opened[-1]

    yield connect_as_it
    for connection in opened:
        connection.close()
    with server.connect() as admin:
        admin.execute(f"DROP ROLE IF EXISTS {LOGIN}".encode())


def test_the_migrating_role_gives_it_and_it_is_enough(
    head_database: str, major: int, login: Connect, users: tuple[str, str]
) -> None:
    for statement in written(major):
        execute(head_database, statement)
    connection = login()
    assert count(connection, "tasks") == 0
    for user in users:
        connection.execute("SELECT set_app_user(%s)", [user])
        assert connection.execute("SELECT user_id FROM tasks").fetchall() == [(user,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM messages")


def test_becoming_the_role_is_not_needed(
    head_database: str, major: int, login: Connect, users: tuple[str, str]
) -> None:
    """On 16 and newer it is not possible either; on 15 it gives nothing more."""
    for statement in written(major):
        execute(head_database, statement)
    connection = login()
    if major >= 16:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="set role"):
            connection.execute("SET ROLE app_user")
    else:
        connection.execute("SET ROLE app_user")
        assert count(connection, "tasks") == 0


def test_without_inherit_it_has_no_rights(
    head_database: str, major: int, login: Connect, users: tuple[str, str]
) -> None:
    by_login, by_grant = ("", " WITH INHERIT FALSE") if major >= 16 else (" NOINHERIT", "")
    execute(head_database, f"CREATE ROLE {LOGIN} LOGIN{by_login}")
    execute(head_database, f"GRANT app_user TO {LOGIN}{by_grant}")
    connection = login()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT set_app_user(%s)", [users[0]])
    connection.rollback()
    connection.execute("SET LOCAL ROLE app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    assert count(connection, "tasks") == 1


def test_who_has_not_made_the_roles_needs_the_admin_option(
    head_database: str, major: int, login: Connect, acting_as: Act
) -> None:
    admin = acting_as("app_user")
    admin.execute("RESET ROLE")
    admin.execute("CREATE ROLE another_migrator NOLOGIN CREATEROLE")
    admin.execute(f"CREATE ROLE {LOGIN} LOGIN".encode())
    give = f"GRANT app_user TO {LOGIN}".encode()
    admin.execute("SET LOCAL ROLE another_migrator")
    admin.execute("SAVEPOINT before")
    if major >= 16:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="grant role"):
            admin.execute(give)
    else:
        admin.execute(give)
    admin.execute("ROLLBACK TO before")
    admin.execute("RESET ROLE")
    admin.execute('GRANT app_user TO "another_migrator" WITH ADMIN OPTION')
    admin.execute("SET LOCAL ROLE another_migrator")
    admin.execute(give)
