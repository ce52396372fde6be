"""What row-level security does not protect from: the lines of docs/security.md, each shown."""

import psycopg
import pytest

from tests.database import execute
from tests.security.conftest import Act, count

Users = tuple[str, str]


@pytest.mark.parametrize(
    "injected",
    [
        "SELECT set_app_user(%(bob)s)",
        "SELECT set_config('app.user_id', %(bob)s, true)",
        "SELECT set_config('app.user_id', %(bob)s, false)",
    ],
)
def test_whoever_runs_sql_can_be_anybody(injected: str, users: Users, acting_as: Act) -> None:
    ada, bob = users
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [ada])
    connection.execute(injected.encode(), {"bob": bob})
    assert connection.execute("SELECT user_id FROM tasks").fetchall() == [(bob,)]


def test_a_login_in_both_roles_sees_everything(
    head_database: str, users: Users, acting_as: Act
) -> None:
    admin = acting_as("app_user")
    admin.execute("RESET ROLE")
    admin.execute("CREATE ROLE sees_both NOLOGIN IN ROLE app_user, app_maintenance")
    admin.execute("SET LOCAL ROLE sees_both")
    admin.execute("SELECT set_app_user(%s)", [users[0]])
    assert count(admin, "tasks") == 2


def test_no_policy_concerns_the_owner(users: Users, head_database: str, acting_as: Act) -> None:
    assert execute(head_database, "SELECT count(*) FROM tasks") == [(2,)]
    admin = acting_as("app_user")
    admin.execute("RESET ROLE")
    assert count(admin, "tasks") == 2  # a superuser
    admin.execute("CREATE ROLE looks_past NOLOGIN BYPASSRLS IN ROLE app_user")
    admin.execute("SET LOCAL ROLE looks_past")
    assert count(admin, "tasks") == 2


@pytest.mark.parametrize(("options", "seen"), [("", 2), (" WITH (security_invoker = true)", 1)])
def test_a_view_of_the_owner_shows_everything(
    options: str, seen: int, users: Users, head_database: str, acting_as: Act
) -> None:
    execute(head_database, f"CREATE VIEW titles{options} AS SELECT title FROM tasks")
    execute(head_database, "GRANT SELECT ON titles TO app_user")
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    assert count(connection, "titles") == seen


@pytest.mark.parametrize(
    ("table", "column"), [("conversations", "id"), ("tasks", "id"), ("messages", "id")]
)
def test_a_key_tells_that_an_id_is_taken(
    table: str, column: str, users: Users, head_database: str, acting_as: Act
) -> None:
    ada, bob = users
    taken = execute(head_database, f"SELECT {column} FROM {table} WHERE user_id = %s", ada)[0][0]
    own = execute(head_database, "SELECT id FROM conversations WHERE user_id = %s", bob)[0][0]
    columns, values = {
        "conversations": ("id, user_id", "%(id)s, %(bob)s"),
        "tasks": ("id, user_id, title", "%(id)s, %(bob)s, 'x'"),
        "messages": (
            "id, user_id, conversation_id, role, content",
            "%(id)s, %(bob)s, %(own)s, 'user', ''",
        ),
    }[table]
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [bob])
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({values})".encode(),
            {"id": taken, "bob": bob, "own": own},
        )
    # PostgreSQL leaves out the row, which the role may not see.
    assert refused.value.diag.message_detail is None


def test_a_foreign_key_tells_nothing(users: Users, head_database: str, acting_as: Act) -> None:
    """It holds the user too, so a conversation of somebody else's is as unknown as none."""
    ada, bob = users
    theirs = execute(head_database, "SELECT id FROM conversations WHERE user_id = %s", ada)[0][0]
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [bob])
    say = (
        "INSERT INTO messages (conversation_id, user_id, role, content) VALUES (%s, %s, 'user', '')"
    )
    told = []
    for conversation in (theirs, "00000000-0000-0000-0000-000000000000"):
        connection.execute("SAVEPOINT before")
        with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
            connection.execute(say.encode(), [conversation, bob])
        told.append((refused.value.diag.message_primary, refused.value.diag.constraint_name))
        connection.execute("ROLLBACK TO before")
    assert told[0] == told[1]


def test_how_many_rows_there_are_in_all_is_no_secret(
    users: Users, head_database: str, acting_as: Act
) -> None:
    execute(head_database, "ANALYZE tasks")
    connection = acting_as("app_user")
    estimate = "SELECT reltuples FROM pg_class WHERE oid = 'tasks'::regclass"
    assert connection.execute(estimate.encode()).fetchall() == [(2.0,)]
    contents = "SELECT count(*) FROM pg_stats WHERE tablename = %s"
    assert connection.execute(contents.encode(), ["tasks"]).fetchall() == [(0,)]
    known = execute(head_database, contents, "tasks")
    assert known != [(0,)]  # there are some, which the owner sees


def test_a_function_of_ones_own_is_shown_no_hidden_row(users: Users, acting_as: Act) -> None:
    """The cheapest function there is, which tells each value that it is called with."""
    connection = acting_as("app_user")
    told: list[str] = []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    connection.execute(
        "CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
        " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
    )
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    connection.execute("SELECT FROM tasks WHERE pg_temp.tell(user_id)")
    assert told == [users[0]]
