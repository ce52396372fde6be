"""The checklist of docs/security.md is complete: every table, every query, nothing missing."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from docs._generate import asked, security
from docs._generate.security import Row
from migrator.catalog import read
from migrator.project import ours
from models import metadata
from models.security import COMMANDS, POLICIES
from tests.database import execute, opened

Look = Callable[[], list[Row]]


@pytest.fixture
def engine(head_database: str, admin_url: Callable[[str], str]) -> sa.Engine:
    return sa.create_engine(admin_url(head_database), poolclass=sa.NullPool)


@pytest.fixture
def look(head_database: str, engine: sa.Engine) -> Look:
    """The rows as the database is now."""

    def looked() -> list[Row]:
        with opened(head_database) as connection:
            return security.rows(ours(metadata), read(connection), security.uses(engine))

    return looked


def test_every_line_is_complete(look: Look) -> None:
    assert [(row.table, row.role, row.command, row.missing) for row in look() if row.missing] == []


def test_every_table_has_lines_and_every_policy_is_in_one(look: Look) -> None:
    found = {(row.table, row.role, row.command) for row in look()}
    assert found == {(one.table, one.role, one.command) for one in POLICIES}
    assert {table for table, _, _ in found} == ours(metadata) == set(COMMANDS)


def test_every_query_stands_in_a_line(look: Look) -> None:
    told = {name for row in look() for name in row.queries}
    assert told == set(asked.functions()) - {"readiness.ready"}  # alembic_version has no rows


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("DROP POLICY app_user_update ON tasks", ("tasks", "app_user", "UPDATE", "no policy")),
        ("REVOKE INSERT ON messages FROM app_user", ("messages", "app_user", "INSERT", "no grant")),
        (
            "GRANT DELETE ON conversations TO app_maintenance",
            ("conversations", "app_maintenance", "DELETE", "no policy"),
        ),
    ],
)
def test_what_is_missing_is_told(
    change: str, line: tuple[str, ...], head_database: str, look: Look
) -> None:
    execute(head_database, change)
    assert line in [(row.table, row.role, row.command, row.missing) for row in look()]


def test_a_table_without_row_level_security_is_told(head_database: str, look: Look) -> None:
    execute(head_database, "ALTER TABLE tasks DISABLE ROW LEVEL SECURITY")
    assert {row.missing for row in look() if row.table == "tasks"} == {"no row-level security"}


def test_a_new_table_without_anything_is_told(head_database: str, engine: sa.Engine) -> None:
    execute(head_database, "CREATE TABLE labels (id integer)")
    with opened(head_database) as connection:
        (row,) = security.rows({"labels"}, read(connection), {})
    assert row.missing == "no row-level security and no grant and no policy"
    with engine.connect() as connection:
        page = security.checklist({"labels"}, read(connection), {})
    assert "| `labels` |  |  | no |" in page


def test_a_policy_with_other_rows_is_shown(head_database: str, look: Look) -> None:
    execute(head_database, "DROP POLICY app_user_select ON tasks")
    execute(
        head_database,
        "CREATE POLICY app_user_select ON tasks FOR SELECT TO app_user USING (title <> '')",
    )
    wanted = ("tasks", "app_user", "SELECT")
    (row,) = [row for row in look() if (row.table, row.role, row.command) == wanted]
    assert "title" in row.rows("using")
