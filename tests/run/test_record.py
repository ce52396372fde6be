"""The record: a row for each step, however it was made and however it ended."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from migrator import catalog, errors, record, report, runner
from migrator.project import Project
from tests.checked import edit
from tests.conftest import ROOT
from tests.database import execute, opened
from tests.run.holding import BASE, TIMES, holder, log, migrator, path_of, quick

HEAD = "e5d3907b1c46"


def test_each_step_has_a_row(auth_database: str, project: Callable[[str], Project]) -> None:
    runner.upgrade(project(auth_database))
    runner.downgrade(project(auth_database))
    newest, before = execute(
        auth_database,
        "SELECT revision, direction, sha256, role, host <> '', tool, started <= now(),"
        " duration > '0', retries, outcome, error FROM migration_log ORDER BY id DESC LIMIT 2",
    )
    sha = record.sha256(project(auth_database).script.get_revision(HEAD))
    rest = (sha, "migrator", True, "0.1.0", True, True, 0, "applied", None)
    assert newest == (HEAD, "downgrade", *rest)
    assert before == (HEAD, "upgrade", *rest)
    assert len(log(auth_database)) == 17


def test_alembic_itself_writes_rows_too(
    auth_database: str, project: Callable[[str], Project]
) -> None:
    config = project(auth_database).config
    with opened(auth_database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, TIMES)
        command.downgrade(config, "-1")
        command.stamp(config, "base")
        command.stamp(config, BASE)
    assert log(auth_database) == [
        (BASE, "upgrade", "applied"),
        (TIMES, "upgrade", "applied"),
        (TIMES, "downgrade", "applied"),
        (BASE, "stamp", "applied"),
        (BASE, "stamp", "applied"),
    ]


def test_a_row_says_applied_only_with_the_stamp(
    auth_database: str, project: Callable[[str], Project]
) -> None:
    """Both are one transaction: a revision that fails after its last statement has neither."""
    runner.upgrade(project(auth_database), BASE)
    execute(auth_database, "ALTER TABLE alembic_version ADD CHECK (version_num = '5a0c1e7d93f2')")
    with pytest.raises(errors.MigratorError):
        runner.upgrade(project(auth_database), TIMES)
    assert log(auth_database)[-1] == (TIMES, "upgrade", "failed")
    error = execute(auth_database, "SELECT error FROM migration_log ORDER BY id DESC LIMIT 1")
    assert str(error[0][0]).startswith('new row for relation "alembic_version" violates check')


def test_a_refused_downgrade(
    head_database: str, project: Callable[[str], Project], make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    with pytest.raises(errors.Refused):
        runner.downgrade(project(head_database), BASE)
    assert log(head_database)[-1] == ("18cf47b0d2e9", "downgrade", "failed")


def test_giving_up(auth_database: str, project: Callable[[str], Project]) -> None:
    runner.upgrade(project(auth_database), BASE)
    with holder(auth_database), pytest.raises(errors.GaveUp):
        runner.upgrade(quick(project(auth_database)), TIMES)
    assert log(auth_database)[-1] == (TIMES, "upgrade", "gave up")


def test_what_a_killed_process_left(auth_database: str, project: Callable[[str], Project]) -> None:
    runner.upgrade(project(auth_database), BASE)
    script = project(auth_database).script.get_revision(TIMES)
    with opened(auth_database) as connection:
        record.Row(connection, "upgrade", script)
    runner.upgrade(project(auth_database), TIMES)
    assert log(auth_database)[1:] == [(TIMES, "upgrade", "killed"), (TIMES, "upgrade", "applied")]


def test_status_shows_the_newest(head_database: str) -> None:
    done = migrator(head_database, "status")
    assert done.returncode == 0
    lines = done.stdout.splitlines()[2:]
    assert len(lines) == 5
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00  upgrade  {HEAD}  applied after \d+\.\d\d s"
        r"  \(migrator on \S+\)",
        lines[0],
    )
    every = json.loads(migrator(head_database, "status", "--json").stdout)["log"]
    assert len(every) == 16
    assert (every[-1]["revision"], every[-1]["outcome"]) == (BASE, "applied")


def test_a_revision_edited_after_it_was_applied(
    head_database: str, project: Callable[[str], Project], tmp_path: Path
) -> None:
    for name in ("migrations", "models", "versions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    file = tmp_path / "versions" / path_of(TIMES).name
    edit(file, "Naive times mean", "Naive times meant")
    mine = Project.load(tmp_path / "alembic.ini", head_database)
    was = record.sha256(project(head_database).script.get_revision(TIMES))
    now = record.sha256(mine.script.get_revision(TIMES))
    (found,) = report.status(mine).edited
    assert str(found) == (
        f'finding: "{file.name}" was edited after this database applied it\n'
        f"detail: sha256 of revision {TIMES}: applied {was[:12]}…, now {now[:12]}…\n"
        "hint: a database that has applied it does not apply it again: restore the file, and write "
        "a new revision"
    )
    done = migrator(head_database, "status", "--config", str(tmp_path / "alembic.ini"))
    assert done.returncode == 1
    assert done.stdout.endswith(f"{found}\n")
    # Undone and applied again it is what the database has.
    runner.downgrade(mine, BASE)
    assert report.status(mine).edited == []
    runner.upgrade(mine)
    assert report.status(mine).edited == []


def test_a_database_without_a_record(auth_database: str, project: Callable[[str], Project]) -> None:
    now = report.status(project(auth_database))
    assert (now.log, now.edited) == ([], [])
    assert execute(auth_database, "SELECT to_regclass('migration_log')") == [(None,)]


def test_the_record_is_no_part_of_the_schema(
    head_database: str, project: Callable[[str], Project]
) -> None:
    config = project(head_database).config
    with opened(head_database) as connection:
        config.attributes["connection"] = connection
        command.check(config)
        tables = {name for kind, name in catalog.read(connection).objects if kind == "table"}
        ours = {
            name
            for kind, name in catalog.read(connection).without(record.TOOLS_OWN).objects
            if kind in {"table", "table column", "sequence"}
        }
    assert "public.migration_log" in tables
    assert not any("migration_log" in name or "alembic_version" in name for name in ours)
    assert "migration_log" not in (ROOT / "sql" / "schema.sql").read_text()


def test_times_are_shown_in_utc(head_database: str, project: Callable[[str], Project]) -> None:
    url = sa.make_url(head_database).update_query_dict({"options": "-c timezone=Asia/Karachi"})
    now = report.status(project(url.render_as_string(hide_password=False)))
    assert now.log[0].started.endswith("+00:00")
