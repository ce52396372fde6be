"""Sessions that stand in the way of a migration, and migrations as processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import sqlalchemy as sa

from migrator.project import Project
from tests.conftest import ROOT
from tests.database import connect, execute
from tests.processes import wait_for

BASE = "5a0c1e7d93f2"
TIMES = "e41b7a90c6d8"
"""The revision after the base: it needs ACCESS EXCLUSIVE on tasks."""
BEFORE_INDEXES = "7e30f1c4b95d"
INDEXES = "a95d82e6013f"
"""Builds three indexes on tasks concurrently."""


@contextmanager
def holder(
    url: str, statement: str = "SELECT FROM tasks WHERE title = 'secret'", **parameters: str
) -> Iterator[psycopg.Connection]:
    """A session that is idle in a transaction after `statement`."""
    settings = {"application_name": "api-7", **parameters}
    address = sa.make_url(url).update_query_dict(settings).render_as_string(hide_password=False)
    with connect(address, autocommit=False) as connection:
        connection.execute(statement.encode())
        yield connection
        with suppress(psycopg.OperationalError):  # it may have been ended, that is what we test
            connection.rollback()


def quick(project: Project, wait: float = 0.3) -> Project:
    """The same project with tries of 50 ms."""
    project.override(lock_timeout=0.05, lock_wait=wait)
    return project


def started(url: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`python -m migrator …`, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "migrator", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def migrator(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m migrator …`, done."""
    with started(url, *arguments, **environment) as process:
        out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def stamped(url: str) -> str | None:
    """The revision of the database."""
    rows = execute(url, "SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else None


def log(url: str) -> list[tuple[str, str, str]]:
    """The record: revision, direction and outcome, oldest first."""
    rows = execute(url, "SELECT revision, direction, outcome FROM migration_log ORDER BY id")
    return [(str(a), str(b), str(c)) for a, b, c in rows]


def waiting(url: str, admin: str, statement: str) -> int:
    """Wait until a session of the tool waits for a lock in a statement of this kind: its pid."""
    found: list[int] = []

    def looks() -> bool:
        found[:] = [
            pid
            for (pid,) in execute(
                admin,
                "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
                " AND application_name LIKE 'migrator%%' AND query LIKE %s",
                sa.make_url(url).database,
                statement,
            )
        ]
        return bool(found)

    wait_for(looks)
    return found[0]


def path_of(revision: str) -> Path:
    """The file of a revision."""
    return next(
        path
        for path in (ROOT / "versions").glob("*.py")
        if f'revision = "{revision}"' in path.read_text().splitlines()
    )
