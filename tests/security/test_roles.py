"""Row-level security: what each role sees and does once the revisions are applied."""

import psycopg
import pytest

from models import security
from tests.database import execute
from tests.security.conftest import Act, count

TABLES = ("tasks", "conversations", "messages")


@pytest.mark.parametrize("role", ["app_user", "app_readonly"])
def test_nobody_set_means_no_rows(role: str, users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as(role)
    assert [count(connection, table) for table in TABLES] == [0, 0, 0]


def test_nobody_set_means_no_writes(users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as("app_user")
    assert connection.execute("UPDATE tasks SET title = 'y'").rowcount == 0
    assert connection.execute("DELETE FROM conversations").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
        connection.execute("INSERT INTO tasks (user_id, title) VALUES (%s, 'y')", [users[0]])


@pytest.mark.parametrize("role", ["app_user", "app_readonly"])
def test_one_user_is_seen_at_a_time(role: str, users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as(role)
    for user in users:
        connection.execute("SELECT set_app_user(%s)", [user])
        for table in TABLES:
            found = connection.execute(f"SELECT user_id FROM {table}".encode()).fetchall()
            assert found == [(user,)], table


def test_a_row_can_be_written_for_oneself_only(users: tuple[str, str], acting_as: Act) -> None:
    ada, bob = users
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [ada])
    connection.execute("INSERT INTO tasks (user_id, title) VALUES (%s, 'mine')", [ada])
    assert connection.execute("UPDATE tasks SET completed = true").rowcount == 2
    for attempt in (
        "INSERT INTO tasks (user_id, title) VALUES (%s, 'not mine')",
        "UPDATE tasks SET user_id = %s",
        "UPDATE conversations SET user_id = %s",
    ):
        connection.execute("SAVEPOINT before")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(attempt.encode(), [bob])
        connection.execute("ROLLBACK TO before")


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE messages SET content = ''",
        "DELETE FROM messages",
        'SELECT * FROM "user"',
        "UPDATE alembic_version SET version_num = ''",
        "DELETE FROM alembic_version",
        "SELECT * FROM migration_log",
        "TRUNCATE tasks",
        "ALTER TABLE tasks DISABLE ROW LEVEL SECURITY",
    ],
)
def test_what_the_application_may_not_do(
    attempt: str, users: tuple[str, str], acting_as: Act
) -> None:
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(attempt.encode())


def test_readonly_writes_nothing(users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as("app_readonly")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE tasks SET title = 'y'")


def test_maintenance_reads_all_and_purges_messages(users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as("app_maintenance")
    assert [count(connection, table) for table in TABLES] == [2, 2, 2]
    assert connection.execute("DELETE FROM messages").rowcount == 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM tasks")


def test_the_owner_is_not_subject_to_it(head_database: str, users: tuple[str, str]) -> None:
    assert execute(head_database, "SELECT count(*) FROM tasks") == [(2,)]


def test_the_user_is_forgotten_with_the_transaction(users: tuple[str, str], acting_as: Act) -> None:
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    connection.commit()
    connection.execute("SET LOCAL ROLE app_user")
    assert count(connection, "tasks") == 0


@pytest.mark.parametrize("user", ["' OR true --", "x'; DROP TABLE tasks; --", "a" * 10_000, "\\"])
def test_a_hostile_user_id_is_only_a_text(
    user: str, users: tuple[str, str], acting_as: Act
) -> None:
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [user])
    told = connection.execute("SELECT current_setting('app.user_id')").fetchone()
    assert told == (user,)
    assert count(connection, "tasks") == 0


@pytest.mark.parametrize("user", [None, ""])
def test_an_empty_user_is_refused(user: str | None, acting_as: Act) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="user id must not be empty"):
        acting_as("app_user").execute("SELECT set_app_user(%s)", [user])


def test_only_its_roles_may_set_the_user(head_database: str, acting_as: Act) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        acting_as("app_maintenance").execute("SELECT set_app_user('x')")


def test_nobody_logs_in_as_a_role(head_database: str) -> None:
    roles = execute(
        head_database,
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'app\\_%%' ORDER BY 1",
    )
    assert roles == [(role, False, False, False) for role in sorted(security.ROLES)]
