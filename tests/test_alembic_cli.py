"""Alembic's own command line, with nothing but DATABASE_URL set."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from migrator import embedded, errors
from migrator.project import Project
from tests.conftest import ROOT
from tests.database import execute, opened

HEAD = "e5d3907b1c46"
BELOW = "8b26e0c94d71"
BASE = "5a0c1e7d93f2"


def alembic(
    url: str,
    *arguments: str,
    cwd: Path = ROOT,
    ini: Path = ROOT / "alembic.ini",
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ini), *arguments],
        cwd=cwd,
        env=os.environ | {"DATABASE_URL": url} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def stamped(url: str) -> list[str]:
    if execute(url, "SELECT to_regclass('alembic_version')") == [(None,)]:
        return []
    return [revision for (revision,) in execute(url, "SELECT version_num FROM alembic_version")]


def test_every_verb_works_from_another_directory(auth_database: str, tmp_path: Path) -> None:
    for arguments, expected in [
        (["upgrade", "head"], "Keep pages of messages off the index of the purge."),
        (["current"], HEAD),
        (["check"], "No new upgrade operations detected."),
        (["heads"], HEAD),
        (["history"], f"<base> -> {BASE}"),
        (["show", "head"], f"Rev: {HEAD} (head)"),
        (["downgrade", "-1"], f"Running downgrade {HEAD} -> {BELOW}"),
        (["upgrade", "+1"], f"Running upgrade {BELOW} -> {HEAD}"),
        (["downgrade", "base"], "Running downgrade 5a0c1e7d93f2 -> "),
        (["stamp", BASE], "Running stamp_revision  -> 5a0c1e7d93f2"),
    ]:
        done = alembic(auth_database, *arguments, cwd=tmp_path)
        assert done.returncode == 0, (arguments, done.stderr)
        assert expected in done.stdout + done.stderr, arguments
    assert list(tmp_path.iterdir()) == []


def test_offline_needs_no_database(tmp_path: Path) -> None:
    up = alembic("postgresql://nobody@nowhere.invalid/none", "upgrade", "head", "--sql")
    down = alembic("", "downgrade", "head:base", "--sql", cwd=tmp_path)
    assert (up.returncode, down.returncode) == (0, 0)
    assert up.stdout.count("CREATE TABLE") == 4
    assert "CREATE INDEX CONCURRENTLY ix_tasks_tags ON tasks USING gin (tags);" in up.stdout
    assert "%%" not in up.stdout + down.stdout


@pytest.mark.parametrize("driver", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_form_of_the_address_is_understood(head_database: str, driver: str) -> None:
    done = alembic(head_database.replace("postgresql+psycopg", driver), "current")
    assert (done.returncode, done.stdout.strip()) == (0, f"{HEAD} (head)"), done.stderr


def test_eight_processes_upgrade_at_once(auth_database: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: alembic(auth_database, "upgrade", "head"), range(8)))
    assert [run.returncode for run in runs] == [0] * 8, [run.stderr for run in runs]
    applied = [run.stderr.count("Running upgrade") for run in runs]
    assert sorted(applied) == [0] * 7 + [16]
    assert stamped(auth_database) == [HEAD]


def test_a_connection_handed_in_is_used(
    auth_database: str, project: Callable[[str], Project]
) -> None:
    config = project("postgresql://nobody@nowhere.invalid/none").config
    with opened(auth_database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "-1")
        assert not connection.in_transaction()
    assert stamped(auth_database) == [BELOW]


def test_a_connection_inside_a_transaction_is_refused(
    auth_database: str, project: Callable[[str], Project]
) -> None:
    config = project(auth_database).config
    with opened(auth_database) as connection:
        connection.execute(sa.text("SELECT 1"))
        config.attributes["connection"] = connection
        with pytest.raises(errors.MigratorError) as caught:
            command.upgrade(config, "head")
    assert str(caught.value) == (
        "error: the connection handed in is inside a transaction\n"
        "detail: each revision commits its own, and indexes are built outside any\n"
        "hint: commit or roll back before calling Alembic"
    )
    assert stamped(auth_database) == []


def test_an_unstamped_database_is_refused_and_left_alone(auth_database: str) -> None:
    execute(auth_database, "CREATE TABLE tasks (id integer PRIMARY KEY)")
    done = alembic(auth_database, "upgrade", "head")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-3:] == [
        'error: the database holds "tasks" but no revision is stamped',
        "detail: create_all or somebody's SQL made what the first revision would make",
        "hint: nothing was changed; `make adopt` checks such a database, stamps and upgrades it",
    ]
    assert "Traceback" not in done.stderr
    assert execute(auth_database, "SELECT to_regclass('alembic_version')") == [(None,)]
    assert alembic(auth_database, "stamp", BASE).returncode == 0


def test_a_failing_revision_leaves_those_before_it(auth_database: str) -> None:
    """transaction_per_migration is on for good: a SET before it would switch it off silently."""
    assert alembic(auth_database, "upgrade", BASE).returncode == 0
    execute(auth_database, "CREATE TABLE messages (id integer)")
    done = alembic(auth_database, "upgrade", "head")
    assert done.returncode != 0
    assert 'relation "messages" already exists' in done.stderr
    assert stamped(auth_database) == ["18cf47b0d2e9"]


def test_downgrade_names_what_it_would_destroy(
    head_database: str, make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(
        head_database,
        "INSERT INTO tasks (user_id, title, tags) VALUES (%s, 'buy milk', '{home}')",
        user,
    )
    done = alembic(head_database, "downgrade", BASE)
    assert done.stderr.splitlines()[-3:] == [
        'error: this downgrade would destroy data in "tasks.tags"',
        'detail: rows of "tasks" that the older schema has no room for: 1',
        "hint: this revision stays applied; insist by name: make downgrade ALLOW=tasks.tags",
    ]
    assert stamped(head_database) == ["7e30f1c4b95d"]
    insisted = alembic(head_database, "-x", "allow-data-loss=tasks.tags", "downgrade", BASE)
    assert insisted.returncode == 0, insisted.stderr
    assert stamped(head_database) == [BASE]


def test_without_an_address_the_embedded_server_is_started(tmp_path: Path) -> None:
    for name in ("migrations", "migrator", "models", "versions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    try:
        for arguments, expected in [
            (["upgrade", "head"], "Keep pages of messages off the index of the purge."),
            (["current"], "e5d3907b1c46 (head)"),
        ]:
            done = subprocess.run(
                [sys.executable, "-m", "alembic", *arguments],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert "no DATABASE_URL: using the embedded PostgreSQL in .postgres/" in done.stderr
            assert expected in done.stdout + done.stderr
    finally:
        embedded.stop(tmp_path / ".postgres")
