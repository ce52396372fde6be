"""`python -m migrator <verb>`: what it prints, in which words it refuses, and its exit status."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator import verbs  # noqa: F401  adds them to main
from migrator.cli import main
from tests.conftest import ROOT
from tests.database import execute

HEAD = "e5d3907b1c46"
BELOW = "8b26e0c94d71"
TITLE = "Keep pages of messages off the index of the purge"


def migrator(url: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "migrator", *arguments],
        cwd=cwd,
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_and_back_and_nothing_to_do(auth_database: str) -> None:
    up = migrator(auth_database, "upgrade")
    assert up.returncode == 0, up.stderr
    assert up.stdout.splitlines()[0].startswith("applied  5a0c1e7d93f2  Create the tasks of Phase")
    assert len(up.stdout.splitlines()) == 17
    assert up.stdout.splitlines()[-1].endswith(f"is at {HEAD} (head)")

    again = migrator(auth_database, "upgrade")
    assert again.returncode == 0
    assert again.stdout.startswith("nothing to do: ")

    down = migrator(auth_database, "downgrade")
    assert down.stdout.splitlines()[0].startswith(f"undone  {HEAD}  {TITLE}")
    assert down.stdout.splitlines()[1].endswith(f"is at {BELOW} (1 behind head {HEAD})")


def test_status_says_whether_something_is_pending(head_database: str) -> None:
    assert migrator(head_database, "status").returncode == 0
    migrator(head_database, "downgrade")
    behind = migrator(head_database, "status", "--json")
    assert behind.returncode == 1
    told = json.loads(behind.stdout)
    assert told["revision"] == BELOW
    assert told["head"] == HEAD
    assert told["pending"] == [[HEAD, TITLE]]


def test_plan_changes_nothing(auth_database: str) -> None:
    planned = migrator(auth_database, "plan", "--json")
    assert planned.returncode == 0, planned.stderr
    assert "CREATE INDEX CONCURRENTLY ix_tasks_tags ON tasks USING gin (tags)" in planned.stdout
    assert execute(auth_database, "SELECT to_regclass('tasks')") == [(None,)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upgrade", "nonsense"], 'error: no revision "nonsense"'),
        (["downgrade", "--", "-99"], 'error: no revision "-99"'),
        (["upgrade", "--config", "nowhere.ini"], 'error: no "nowhere.ini"'),
    ],
)
def test_wrong_arguments(head_database: str, arguments: list[str], words: str) -> None:
    done = migrator(head_database, *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == words
    assert "Traceback" not in done.stderr


def test_an_error_as_json(head_database: str) -> None:
    done = migrator(head_database, "upgrade", "nonsense", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "error": 'no revision "nonsense"',
        "detail": None,
        "hint": "`alembic history` lists them; head, base, -1 and the start of an id will do too",
    }


def test_a_stamp_of_another_release(head_database: str) -> None:
    execute(head_database, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    done = migrator(head_database, "upgrade")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        'error: the database is at revision "ffffffffffff", which this checkout does not have',
        "detail: a newer release migrated it, or another project did",
        "hint: check out the release that has it, or correct DATABASE_URL",
    ]


def test_whoever_does_not_own_the_tables_is_told(
    head_database: str, admin_url: Callable[[str], str]
) -> None:
    admin = admin_url(head_database)
    migrator(head_database, "downgrade", "5a0c1e7d93f2")
    execute(admin, "ALTER TABLE tasks OWNER TO postgres")
    done = migrator(head_database, "upgrade")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-2:] == [
        'error: role "migrator" may not change "tasks", which belongs to "postgres" [not-owner]',
        'hint: GRANT "postgres" TO "migrator"; or set MIGRATION_ROLE=postgres; nothing was changed;'
        " `make plan` shows everything; to go on all the same: --skip-preflight not-owner",
    ]
    insisted = migrator(head_database, "upgrade", "--skip-preflight", "not-owner")
    assert insisted.returncode == 2
    assert insisted.stderr.splitlines()[-2:] == [
        "error: must be owner of table tasks",
        "hint: nothing of this revision was changed; run as the owner of the table, or let an "
        "administrator give the role what is missing",
    ]
    assert execute(admin, "SELECT version_num FROM alembic_version") == [("5a0c1e7d93f2",)]


def test_a_refused_downgrade_exits_with_1(
    head_database: str, make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    refused = migrator(head_database, "downgrade", "a95d82e6013f")
    assert refused.returncode == 1
    assert 'would destroy data in "conversations"' in refused.stderr
    insisted = migrator(
        head_database, "downgrade", "a95d82e6013f", "--allow-data-loss", "conversations"
    )
    assert insisted.returncode == 0, insisted.stderr


def test_a_traceback_only_on_demand(head_database: str) -> None:
    assert "Traceback" in migrator(head_database, "upgrade", "nonsense", "--debug").stderr


def test_every_verb_explains_itself(tmp_path: Path) -> None:
    for name in main.commands:
        done = migrator("", name, "--help", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "--json" in done.stdout
        assert "--database-url" in done.stdout
        assert len(done.stdout.splitlines()) > 6


def test_make_alone_prints_every_verb() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for verb in ("upgrade", "downgrade", "status", "plan", "adopt", "sql", "check", "psql", "seed"):
        assert f"  make {verb} " in printed
