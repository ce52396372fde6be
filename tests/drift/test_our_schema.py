"""Our own schema, at every revision and by whichever way it was reached, has no drift."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from migrator import embedded, runner
from migrator.drift import snapshot
from migrator.drift.sides import build
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from tests.catalog.databases import make, tool
from tests.conftest import BETTER_AUTH, ROOT, make_project
from tests.database import connect
from tests.drift.judge import told

Snapshots = Callable[[str], Path]


@pytest.fixture(scope="module")
def snapshots(
    server: Server, auth_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Snapshots:
    """What each revision makes, built once."""
    folder = tmp_path_factory.mktemp("snapshots")
    project = make_project(server.url(auth_template, EMBEDDED_ROLE))

    def stored(revision: str) -> Path:
        path = folder / f"{revision}.json"
        if not path.exists():
            snapshot.write(path, build(project, revision))
        return path

    return stored


def revisions(url: str) -> list[str]:
    """Oldest first."""
    return [one.revision for one in make_project(url).script.walk_revisions()][::-1]


def test_by_upgrade_and_downgrade(auth_database: str, snapshots: Snapshots) -> None:
    there = revisions(auth_database)
    for revision in there:
        runner.upgrade(make_project(auth_database), revision)
        assert told(auth_database, snapshots(revision)) == [], revision
    for revision in reversed(there[:-1]):
        runner.downgrade(make_project(auth_database), revision)
        assert told(auth_database, snapshots(revision)) == [], revision
    runner.upgrade(make_project(auth_database))
    assert told(auth_database) == []


def test_by_psql(server: Server, auth_database: str, snapshots: Snapshots) -> None:
    scripts = sorted((ROOT / "sql").glob("*.up.sql"))
    for script, revision in zip(scripts, revisions(auth_database), strict=True):
        address = auth_database.replace("postgresql+psycopg://", "postgresql://")
        subprocess.run(
            [server.bin_dir / "psql", "-qX", "--set=ON_ERROR_STOP=1", "-f", script, address],
            check=True,
            capture_output=True,
            env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"},
        )
        assert told(auth_database, snapshots(revision)) == [], revision


def test_dumped_and_restored(server: Server, head_database: str) -> None:
    assert _restored(server, server, sa.make_url(head_database).database or "") == []


def test_of_the_oldest_release_restored_here(server: Server, oldest: Server) -> None:
    embedded.ensure_database(oldest, "ours", EMBEDDED_ROLE, BETTER_AUTH)
    runner.upgrade(make_project(oldest.url("ours", EMBEDDED_ROLE)))
    assert told(oldest.url("ours", EMBEDDED_ROLE)) == []
    assert _restored(oldest, server, "ours") == []


def _restored(source: Server, server: Server, database: str) -> list[str]:
    make(server, "ours_restored", tool(source, "pg_dump", database))
    found = told(server.url("ours_restored"))
    with connect(server.url()) as admin:
        admin.execute("DROP DATABASE ours_restored")
    return found
