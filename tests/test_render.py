"""Rendering: what takes SQL apart, lays it out, and writes the folder."""

from pathlib import Path

import pytest

from migrator import errors, render
from migrator.embedded import Server
from migrator.render.layout import WIDTH, lay_out
from migrator.render.statements import statements
from tests.checked import copy, edit, project_in

ATOMIC = """\
CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE a WHEN 1 THEN 2 END;
    SELECT 3;
END"""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;b', 'it''s; ', E'\\'; ', U&'d\\0061t;'",
        'SELECT 1 AS "a;""b"',
        "SELECT $$a;b$$, $x$ $$;$y$ $x$",
        "SELECT a$1 FROM b$2",
        "SELECT $1 + $2",
        "CREATE RULE r AS ON UPDATE TO t DO ALSO (SELECT 1; SELECT 2)",
        "SELECT 1 -- not; here\n+ 1",
        "SELECT 1 /* nor; here */ + 1",
        ATOMIC,
        "CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
    ],
)
def test_a_semicolon_inside_ends_no_statement(statement: str) -> None:
    text = f"-- before;\n\n{statement};\n\n/* after; */ SELECT 2 ;;\n-- done;"
    assert list(statements(text)) == [statement, "SELECT 2"]


def test_a_plan_shows_what_changes_the_schema() -> None:
    text = (
        "BEGIN;\n\nCREATE TABLE alembic_version (version_num VARCHAR(32));\n\n"
        "-- Running upgrade  -> a\n\nCREATE TABLE t (a int);\n\n"
        "INSERT INTO alembic_version (version_num) VALUES ('a') RETURNING"
        " alembic_version.version_num;\n\nCOMMIT;\n"
    )
    assert render.split(text) == ["CREATE TABLE t (a int)"]


def test_long_lines_are_broken_before_clauses() -> None:
    column = "ADD COLUMN IF NOT EXISTS a_rather_long_name TEXT[] DEFAULT '{}' NOT NULL"
    assert lay_out(f"ALTER TABLE tasks {column}, {column}") == (
        f"ALTER TABLE tasks\n    {column},\n    {column};"
    )


@pytest.mark.parametrize(
    "statement",
    [
        f"COMMENT ON TABLE t IS '{'WHERE it is USING x  ' * 9}'",
        f"SELECT ({'a WHERE b USING c FROM d ' * 9})",
        f"DO $$\nBEGIN  \n    {'PERFORM x FROM y WHERE z; ' * 9}   \nEND\n$$",
    ],
    ids=["literal", "parentheses", "body"],
)
def test_what_is_quoted_stays_as_it_is(statement: str) -> None:
    laid_out = lay_out(statement)
    assert "".join(laid_out.split()) == "".join(f"{statement};".split())
    quoted = statement[
        statement.index("'" if "'" in statement else "(" if "(" in statement else "$") :
    ]
    assert quoted in laid_out
    assert len(quoted) > WIDTH


def test_the_folder_follows_the_revisions(tmp_path: Path, server: Server) -> None:
    project = copy(tmp_path, server)
    folder = tmp_path / "sql"
    assert render.stale(project) == []
    (folder / "README.md").write_text("somebody's own")
    (folder / "20250101_0000_gone.up.sql").write_text("SELECT 1;")
    edit(folder / "schema.sql", "title", "name")
    before = (folder / "CHECKSUMS").read_bytes()
    changed = ["20250101_0000_gone.up.sql", "schema.sql"]
    assert render.stale(project) == changed
    assert render.write(project) == changed
    assert render.write(project) == []
    assert (folder / "CHECKSUMS").read_bytes() == before
    assert (folder / "README.md").read_text() == "somebody's own"
    assert not list(folder.glob(".*"))


def test_a_revision_that_asks_the_database_cannot_be_rendered(
    tmp_path: Path, server: Server
) -> None:
    copy(tmp_path, server)
    path = tmp_path / "versions" / "20261123_1050_tell_the_planner_whose_conversation.py"
    edit(path, "    op.execute(\n", "    op.get_bind().scalar('SELECT 1')\n    op.execute(\n")
    with pytest.raises(errors.MigratorError) as raised:
        render.render(project_in(tmp_path))
    assert str(raised.value) == (
        f'error: revision 36e9d1f8a07b ("{path.name}") cannot be rendered as SQL for its upgrade\n'
        "detail: 'MockConnection' object has no attribute 'scalar'\n"
        "hint: a revision must not ask the database: let SQL decide, as migrator/ops does"
    )
