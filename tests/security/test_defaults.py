"""What a later revision creates: nobody's, until it is granted."""

from collections.abc import Callable

import psycopg
import pytest

from migrator import runner
from migrator.project import Project
from tests.database import execute
from tests.security.conftest import Act

FUNCTION = "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
BEFORE = "4e8ac3d7106f"


@pytest.mark.parametrize(
    ("create", "use", "grant"),
    [
        (FUNCTION, "SELECT one()", "EXECUTE ON FUNCTION one()"),
        ("CREATE TABLE things (id integer)", "TABLE things", "SELECT ON things"),
        ("CREATE SEQUENCE numbers", "SELECT nextval('numbers')", "USAGE ON SEQUENCE numbers"),
    ],
    ids=["function", "table", "sequence"],
)
def test_what_is_created_is_granted_by_name(
    create: str, use: str, grant: str, head_database: str, acting_as: Act
) -> None:
    execute(head_database, create)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        acting_as("app_user").execute(use.encode())
    execute(head_database, f"GRANT {grant} TO app_user")
    acting_as("app_user").execute(use.encode())


def test_a_downgrade_gives_postgresqls_own_default_back(
    head_database: str, project: Callable[[str], Project], acting_as: Act
) -> None:
    runner.downgrade(project(head_database), BEFORE)
    assert execute(head_database, "SELECT * FROM pg_default_acl") == []
    execute(head_database, FUNCTION)
    acting_as("app_user").execute("SELECT one()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        acting_as("app_user").execute("TABLE alembic_version")


def test_a_trigger_needs_no_grant(
    head_database: str, users: tuple[str, str], acting_as: Act
) -> None:
    for statement in (
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.title := upper(NEW.title); RETURN NEW; END $$",
        "CREATE TRIGGER shout BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION shout()",
    ):
        execute(head_database, statement)
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    added = connection.execute(
        "INSERT INTO tasks (user_id, title) VALUES (%s, 'milk') RETURNING title", [users[0]]
    )
    assert added.fetchall() == [("MILK",)]


def test_a_function_in_a_check_does(
    head_database: str, users: tuple[str, str], acting_as: Act
) -> None:
    for statement in (
        "CREATE FUNCTION fine(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
        "ALTER TABLE tasks ADD CHECK (fine(title))",
    ):
        execute(head_database, statement)
    connection = acting_as("app_user")
    connection.execute("SELECT set_app_user(%s)", [users[0]])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="function fine"):
        connection.execute("INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", [users[0]])


@pytest.mark.parametrize(("superuser", "callable_"), [(False, True), (True, False)])
def test_functions_of_an_extension_belong_to_who_may_create_any(
    superuser: bool,
    callable_: bool,
    head_database: str,
    admin_url: Callable[[str], str],
    acting_as: Act,
) -> None:
    """A trusted extension's are the server's superuser's; a superuser's own follow his defaults."""
    url = admin_url(head_database) if superuser else head_database
    if not execute(url, "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"):
        pytest.skip("this PostgreSQL was built without the contributed extensions")
    execute(url, "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    execute(url, "CREATE EXTENSION pg_trgm")
    (found,) = execute(
        url, "SELECT has_function_privilege('app_user', 'similarity(text, text)', 'EXECUTE')"
    )
    assert found == (callable_,)
