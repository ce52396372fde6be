"""Is the database what the code needs? Older is not, newer is."""

from collections.abc import Callable

import pytest

from migrator.project import Project
from models import security
from queries import errors, ready, run
from queries.readiness import HEAD, REVISIONS, Readiness
from tests.database import execute, opened


def test_the_revisions_are_those_of_the_project(
    project: Callable[[str], Project], head_database: str
) -> None:
    script = project(head_database).script
    known = [revision.revision for revision in script.walk_revisions()]
    assert list(REVISIONS) == known[::-1]


def told(url: str) -> str:
    with opened(url) as connection, pytest.raises(errors.NotReady) as refused:
        run(connection, ready())
    return str(refused.value)


def test_head_is_ready(head_database: str) -> None:
    with opened(head_database) as connection:
        assert run(connection, ready()) == Readiness(HEAD, ahead=False)


def test_a_newer_database_is_ready_for_older_code(head_database: str) -> None:
    execute(head_database, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with opened(head_database) as connection:
        assert run(connection, ready()) == Readiness("ffffffffffff", ahead=True)


def test_an_older_one_is_not(head_database: str) -> None:
    execute(head_database, f"UPDATE alembic_version SET version_num = '{REVISIONS[-2]}'")
    assert told(head_database) == (
        "error: the database is not ready for this code\n"
        f"detail: it is at revision {REVISIONS[-2]}, this code needs {HEAD}\n"
        "hint: run `make upgrade` on the database"
    )


def test_one_without_revisions_is_not(auth_database: str, head_database: str) -> None:
    assert 'there is no "alembic_version"' in told(auth_database)
    execute(head_database, "DELETE FROM alembic_version")
    assert "it stands before its first revision" in told(head_database)


@pytest.mark.parametrize("role", security.ROLES)
def test_each_role_may_look(role: str, head_database: str, admin_url: Callable[[str], str]) -> None:
    with opened(admin_url(head_database)) as connection:
        connection.exec_driver_sql(f"SET ROLE {role}")
        assert run(connection, ready()) == Readiness(HEAD, ahead=False)


def test_a_login_that_may_not_look_is_told_what_it_needs(
    head_database: str, admin_url: Callable[[str], str]
) -> None:
    execute(head_database, f"REVOKE SELECT ON alembic_version FROM {', '.join(security.ROLES)}")
    with opened(admin_url(head_database)) as connection:
        connection.exec_driver_sql("SET ROLE app_user")
        with pytest.raises(errors.NotReady) as refused:
            run(connection, ready())
    assert str(refused.value) == (
        "error: the database is not ready for this code\n"
        'detail: the login may not read "alembic_version"\n'
        "hint: GRANT SELECT ON alembic_version TO app_user, app_readonly, app_maintenance"
    )
    execute(head_database, refused.value.hint)
    with opened(admin_url(head_database)) as connection:
        connection.exec_driver_sql("SET ROLE app_user")
        assert run(connection, ready()).revision == HEAD
