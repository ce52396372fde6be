"""`migrator drift` on databases of this project."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from migrator import errors, runner, verbs
from migrator.adopt import adopt
from migrator.cli import main
from migrator.drift import live
from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.project import Project
from tests.catalog.databases import make, psql
from tests.conftest import make_project
from tests.database import execute
from tests.drift.judge import told
from tests.preflight.databases import PHASE_2

assert verbs


def drift(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["drift", "--database-url", url, *arguments])


def name_of(url: str) -> str:
    return sa.make_url(url).database or ""


def test_no_difference_at_head(head_database: str) -> None:
    done = drift(head_database)
    assert done.exit_code == 0
    database = name_of(head_database)
    revision = execute(head_database, "SELECT version_num FROM alembic_version")[0][0]
    assert done.output == f"drift: no difference in {database} at {revision}\n"


def test_each_difference_with_its_repair(head_database: str) -> None:
    execute(head_database, "DROP INDEX ix_tasks_due_date")
    execute(head_database, "ALTER TABLE tasks ALTER completed DROP DEFAULT")
    done = drift(head_database)
    assert done.exit_code == 1
    assert done.output.splitlines()[:-1] == [
        "table column public.tasks.completed: default is not set, expected false",
        "    ALTER TABLE public.tasks ALTER COLUMN completed SET DEFAULT false;",
        "index public.ix_tasks_due_date: missing (CREATE INDEX ix_tasks_due_date ON public.tasks"
        " USING btree (due_date) WHERE (due_date IS NOT NULL))",
        "    CREATE INDEX CONCURRENTLY ix_tasks_due_date ON public.tasks USING btree (due_date)"
        " WHERE (due_date IS NOT NULL);",
    ]
    assert done.output.splitlines()[-1].startswith("drift: 2 differences in head_")


def test_the_script_repairs(server: Server, head_database: str) -> None:
    execute(head_database, "DROP INDEX ix_tasks_due_date")
    execute(head_database, "CREATE TABLE tasks_copy AS SELECT * FROM tasks")
    database = name_of(head_database)
    script = drift(head_database, "--sql").output
    assert "\n-- DROP TABLE public.tasks_copy;\n" in script
    psql(server, database, script)
    assert told(head_database) == [
        "table public.tasks_copy: unexpected",
    ]
    psql(
        server,
        database,
        drift(head_database, "--sql", "--allow-data-loss", "public.tasks_copy").output,
    )
    assert told(head_database) == []


def test_an_unprivileged_role_reads_it(
    server: Server, head_database: str, admin_url: Callable[[str], str]
) -> None:
    database = name_of(head_database)
    execute(admin_url(head_database), "DROP ROLE IF EXISTS drift_reader")
    execute(admin_url(head_database), "CREATE ROLE drift_reader LOGIN")
    reader = server.url(database, "drift_reader")
    refused = drift(reader)
    assert refused.exit_code == 2
    assert refused.stderr == f"{errors.stamp_not_readable(database)}\n"
    assert drift(reader, "--revision", "head").exit_code == 0
    execute(head_database, "GRANT SELECT ON alembic_version TO drift_reader")
    execute(head_database, "DROP INDEX ix_tasks_due_date")
    assert drift(reader).exit_code == 1
    execute(head_database, "REVOKE SELECT ON alembic_version FROM drift_reader")
    execute(admin_url(head_database), "DROP ROLE drift_reader")


def test_what_is_ignored_has_a_name_and_a_reason(
    head_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(head_database, "CREATE INDEX ix_mine ON tasks (title)")
    monkeypatch.setattr(Project, "folder", tmp_path)
    entries = tmp_path / "drift.toml"
    entries.write_text(
        '[[ignore]]\nobject = "index public.ix_mine"\nreason = "reports"\n'
        '[[ignore]]\nobject = "table public.gone"\nreason = "was here"\n'
    )
    done = drift(head_database)
    assert done.exit_code == 0
    assert done.stderr == (
        'stale: "drift.toml" ignores table public.gone, which is no difference here\n'
    )
    entries.write_text('[[ignore]]\nobject = "index public.ix_mine"\n')
    done = drift(head_database)
    assert (done.exit_code, done.stderr) == (
        2,
        f"{errors.bad_entry(entries, 1, 'has no reason')}\n",
    )


def test_a_snapshot_serves_without_a_sandbox(head_database: str, tmp_path: Path) -> None:
    stored = tmp_path / "head.json"
    assert drift(head_database, "--write-snapshot", str(stored)).exit_code == 0
    assert drift(head_database, "--snapshot", str(stored)).exit_code == 0
    execute(head_database, "DROP INDEX ix_tasks_due_date")
    assert drift(head_database, "--snapshot", str(stored)).exit_code == 1
    done = drift(head_database, "--snapshot", str(stored), "--revision", PHASE_2)
    assert "is of revision" in done.stderr
    stored.write_text("{}")
    assert "is not a snapshot" in drift(head_database, "--snapshot", str(stored)).stderr


def test_without_a_stamp_there_is_nothing_to_compare_with(auth_database: str) -> None:
    with pytest.raises(MigratorError) as raised:
        live(make_project(auth_database))
    assert "has no revision to be compared with" in str(raised.value)


def test_an_adopted_database_has_no_drift(auth_database: str) -> None:
    runner.upgrade(make_project(auth_database), PHASE_2)
    for change in (
        "DROP TABLE alembic_version, migration_log",
        "ALTER TABLE tasks ADD tags text[] NOT NULL DEFAULT '{}'",
        "ALTER TABLE tasks ADD priority int",
    ):
        execute(auth_database, change)
    adopt(make_project(auth_database))
    execute(auth_database, "CREATE TABLE tasks_orphaned (LIKE tasks)")
    execute(auth_database, "CREATE POLICY p ON tasks USING (true)")
    assert told(auth_database) == [
        "policy p on public.tasks: unexpected"
        " (command ALL; permissive yes; roles PUBLIC; using true)"
    ]


def test_any_two_databases_without_a_project(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(server, "two_a", "CREATE TYPE c AS (x int); CREATE TABLE t (a int DEFAULT 1)")
    make(server, "two_b", "CREATE TYPE c AS (x int, y int); CREATE TABLE t (a int)")
    done = drift(server.url("two_b"), "--wanted-url", server.url("two_a"), "--json")
    assert done.exit_code == 1
    report = json.loads(done.output)
    assert report["version"] == 1
    assert [(one["kind"], one["object"], one["repair"]) for one in report["differences"]] == [
        (
            "type",
            "composite type public.c",
            ["ALTER TYPE public.c DROP ATTRIBUTE y"],
        ),
        (
            "table column",
            "default value for public.t.a",
            ["ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 1"],
        ),
    ]
