"""queries/statements.sql: what this release sends, as a review tries it on the next revision."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from migrator.connection import plain
from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.project import EMBEDDED_ROLE
from migrator.review.compatibility import Broken, broken, given, try_in_order
from migrator.sandbox import sandbox
from tests.conftest import ROOT

# What somebody might do to the schema, with what the release then hears, and by which query.
BREAKS = {
    "ALTER TABLE tasks RENAME COLUMN due_date TO due": (
        "column tasks.due_date does not exist",
        "FROM tasks",
    ),
    "ALTER TABLE messages ADD COLUMN tokens integer NOT NULL DEFAULT 0;"
    " ALTER TABLE messages ALTER COLUMN tokens DROP DEFAULT": (
        'null value in column "tokens" of relation "messages" violates not-null constraint',
        "INSERT INTO messages",
    ),
    "REVOKE DELETE ON conversations FROM app_user": (
        "permission denied for table conversations",
        "DELETE FROM conversations",
    ),
    "DROP POLICY app_maintenance_delete ON messages": (
        "0 rows instead of 1",
        "DELETE FROM messages",
    ),
    "DROP FUNCTION set_app_user(text)": (
        "function set_app_user(unknown) does not exist",
        "SELECT set_app_user('ada')",
    ),
    "ALTER TABLE conversations ADD CONSTRAINT short CHECK (length(title) < 2) NOT VALID": (
        'new row for relation "conversations" violates check constraint "short"',
        "INSERT INTO conversations",
    ),
}


@pytest.fixture
def connection(server: Server, head_template: str) -> Iterator[psycopg.Connection]:
    with (
        sandbox(server.url(), prefix="release", template=head_template) as url,
        plain(sa.make_url(url)) as own,
    ):
        yield own


def test_every_statement_finds_what_it_asks_for(connection: psycopg.Connection) -> None:
    wanted = given(ROOT / "alembic.ini", ())
    outcomes = try_in_order(connection, wanted, EMBEDDED_ROLE)
    assert [
        (one.text, was.failed)
        for one, was in zip(wanted, outcomes, strict=True)
        if was.failed or not was.rows
    ] == []
    assert connection.execute('SELECT count(*) FROM "user"').fetchone() == (0,)  # taken back


@pytest.mark.parametrize("change", BREAKS)
def test_what_breaks_is_seen_to_break(change: str, connection: psycopg.Connection) -> None:
    wanted = given(ROOT / "alembic.ini", ())
    before = try_in_order(connection, wanted, EMBEDDED_ROLE)
    connection.execute(change.encode())
    found = broken(wanted, before, try_in_order(connection, wanted, EMBEDDED_ROLE))
    message, text = BREAKS[change]
    assert any(_said(one) == message and text in one.statement.text for one in found)


def _said(one: Broken) -> str:
    if one.after.failed:
        return one.after.failed.message.splitlines()[0]
    return f"{one.after.rows} rows instead of {one.before.rows}"


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    ini = tmp_path / "alembic.ini"
    ini.write_text("[alembic]\n[migrator]\nrelease_statements = %(here)s/gone.sql\n")
    with pytest.raises(MigratorError) as caught:
        given(ini, ())
    assert str(caught.value) == (
        'error: the statements of the running release are not there: "gone.sql"\n'
        f'detail: release_statements in "alembic.ini" names {tmp_path}/gone.sql\n'
        "hint: record them (docs/review.md); without the setting they are made from the catalog"
    )


def test_files_that_are_given_come_before_it(tmp_path: Path) -> None:
    file = tmp_path / "probe.sql"
    file.write_text("BEGIN;\nSELECT 1;\nCOMMIT;\n")
    assert [one.text for one in given(ROOT / "alembic.ini", [file])] == ["SELECT 1"]
