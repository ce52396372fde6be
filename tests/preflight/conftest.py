"""Databases at a chosen revision, projects with revisions more, a server to be tampered with."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrator import embedded, runner
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from tests import checked
from tests.conftest import BETTER_AUTH, make_project
from tests.preflight.databases import HEAD
from tests.servers import installations

_REVISION = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "{revision}"
down_revision = "{below}"


def upgrade() -> None:
    {body}
'''

AtRevision = Callable[[str], Project]
WithRevision = Callable[..., Project]


@pytest.fixture
def at(auth_database: str) -> AtRevision:
    """A fresh database upgraded to a revision, as a project on it."""

    def build(revision: str) -> Project:
        project = make_project(auth_database)
        runner.upgrade(project, revision)
        return project

    return build


@pytest.fixture
def beyond_head(tmp_path: Path, server: Server, head_database: str) -> WithRevision:
    """The project with revisions after head, on a database at head, rehearsed on the same server.

    Each is the body of its `upgrade`; they are called new000000001 and so on.
    """

    def write(*bodies: str) -> Project:
        folder = tmp_path / "project"
        folder.mkdir()
        checked.copy(folder, server)
        below = HEAD
        for number, body in enumerate(bodies, 1):
            revision = f"new{number:09}"
            path = folder / "versions" / f"2030010{number}_0000_{revision}.py"
            text = _REVISION.format(title=f"Do {number}", revision=revision, below=below, body=body)
            path.write_text(text)
            below = revision
        return Project.load(folder / "alembic.ini", head_database)

    return write


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with settings that need a restart, and an autovacuum that comes at once."""
    folder = tmp_path_factory.mktemp("own")
    programs = installations()[int(os.environ.get("PG_MAJOR", "18"))]
    with embedded.start(folder, durable=False, bin_dir=programs).connect() as admin:
        admin.execute("ALTER SYSTEM SET max_prepared_transactions = 5")
        admin.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
    embedded.stop(folder)
    yield embedded.start(folder, durable=False, bin_dir=programs)
    embedded.stop(folder)


@pytest.fixture
def on_own_server(own_server: Server, request: pytest.FixtureRequest) -> Project:
    """A Phase II database on that server, named after the test."""
    name = request.node.name.replace("test_", "")[:60]
    embedded.ensure_database(own_server, name, EMBEDDED_ROLE, BETTER_AUTH)
    project = make_project(own_server.url(name, EMBEDDED_ROLE))
    runner.upgrade(project, "5a0c1e7d93f2")
    return project
