"""The server of a run: a Phase II database full of tasks, cloned for each run, and its schemas."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from benchmarks.load.operations import TASKS_PER_USER
from migrator import catalog, embedded, plan, runner
from migrator.catalog import Catalog
from migrator.connection import engine
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.record import TOOLS_OWN
from migrator.sandbox import Seed

ROOT = Path(__file__).parent.parent.parent

_BETTER_AUTH = Seed(ROOT / "models" / "better_auth.sql", "better_auth", ("user",))
_PHASE_II = "phase_ii"
_USERS = """
INSERT INTO "user" (id, name, email, "emailVerified")
SELECT lpad(u::text, 32, '0'), 'user ' || u, lpad(u::text, 32, '0') || '@load.example', true
FROM generate_series(0, %s - 1) u
"""
# Phase II wrote naive times in UTC.
_TASKS = """
INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)
SELECT lpad(mod(n, %s)::text, 32, '0'), 'Task ' || n, repeat('what there is to say ', mod(n, 7)),
       mod(n, 3) = 0, at, at + interval '1 hour'
FROM (SELECT n, timestamp '2020-01-01' + n * interval '1 minute'
      FROM generate_series(1, %s) n) AS t (n, at)
"""
# The rows that were there, without what clients change. The epoch of a naive time is that of UTC,
# so this stays the same exactly when the times were taken as UTC.
_DIGEST = """
SELECT count(*), sum(hashtextextended(
    concat_ws('|', id, user_id, title, description, extract(epoch FROM created_at)), 0
)) FROM tasks WHERE id BETWEEN 2 AND %s
"""

Digest = tuple[int, int]


@dataclass(frozen=True)
class Stage:
    """A server with the database to clone, and what a run is held against."""

    server: Server
    tasks: int
    digest: Digest
    phase_ii: Catalog
    head: Catalog
    named: list[str]
    """The columns whose type changes, as `plan` names them: `public.tasks.created_at`."""

    @property
    def version(self) -> str:
        with self.server.connect() as admin:
            return admin.info.parameter_status("server_version") or ""

    @property
    def titles(self) -> dict[str, str]:
        """What the revisions do, by id; also the one of the plain way."""
        scripts = project(self.server, _PHASE_II).script.walk_revisions()
        own = {script.revision: runner.title(script) for script in scripts}
        return {"everything": "Everything since Phase II, at once", **own}

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A copy of the Phase II database, by name, dropped afterwards."""
        name = "busy"
        _clone(self.server, _PHASE_II, name)
        try:
            yield name
        finally:
            _drop(self.server, name)


@contextmanager
def stage(tasks: int) -> Iterator[Stage]:
    """Start a server of its own, fill it, and stop it afterwards: about 0.6 kB of disk a task."""
    with tempfile.TemporaryDirectory(prefix="under_load_") as folder:
        server = embedded.start(Path(folder) / "postgres")
        try:
            yield _fill(server, tasks)
        finally:
            embedded.stop(Path(folder) / "postgres")


def project(server: Server, database: str) -> Project:
    """This project, on a database of the stage."""
    return Project.load(ROOT / "alembic.ini", server.url(database, EMBEDDED_ROLE))


def read_catalog(server: Server, database: str) -> Catalog:
    with engine(sa.make_url(server.url(database))).connect() as connection:
        return catalog.read(connection).without(TOOLS_OWN)


def digest(server: Server, database: str, tasks: int) -> Digest:
    """The number of the tasks that were there at the beginning, and a checksum over them."""
    with server.connect(database) as admin:
        found = admin.execute(_DIGEST, [tasks]).fetchone()
    assert found is not None  # noqa: S101  an aggregate has a row
    return found[0], int(found[1])


def _fill(server: Server, tasks: int) -> Stage:
    embedded.ensure_database(server, _PHASE_II, EMBEDDED_ROLE, _BETTER_AUTH)
    # Adopted: the table as create_all made it, stamped.
    runner.upgrade(project(server, _PHASE_II), _first(server))
    phase_ii = read_catalog(server, _PHASE_II)
    _clone(server, _PHASE_II, "head")
    runner.upgrade(project(server, "head"))
    head = read_catalog(server, "head")
    with server.connect(_PHASE_II) as admin:
        _load(admin, tasks)
    named = [
        f"{column.table}.{column.column}"
        for step in plan.draw(project(server, _PHASE_II)).steps
        for column in (step.seen.columns if step.seen else [])
        if column.before and column.after and column.table in {"public.tasks", "public.user"}
    ]
    return Stage(server, tasks, digest(server, _PHASE_II, tasks), phase_ii, head, named)


def _first(server: Server) -> str:
    return project(server, _PHASE_II).script.get_bases()[0]


def _load(admin: psycopg.Connection, tasks: int) -> None:
    users = tasks // TASKS_PER_USER
    admin.execute(_USERS, [users])
    admin.execute(_TASKS, [users, tasks])
    admin.execute("VACUUM (ANALYZE)")


def _clone(server: Server, template: str, name: str) -> None:
    _drop(server, name)
    with server.connect() as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(EMBEDDED_ROLE)
            )
        )
        # What the copy left to be written is not to be written during the run.
        admin.execute("CHECKPOINT")


def _drop(server: Server, name: str) -> None:
    with server.connect() as admin:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        admin.execute(drop.format(sql.Identifier(name)))
