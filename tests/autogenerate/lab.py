"""A project whose models are given from outside, and a database that its revisions are run on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from migrator.autogenerate import schemas
from migrator.catalog import Catalog, differences
from migrator.connection import engine
from migrator.embedded import Server
from migrator.project import Project
from tests.autogenerate.world import world
from tests.lab import lab

ROOT = Path(__file__).parent.parent.parent
ROLES = ("world_app", "world_ro")
_ENV = """\
from alembic import context

from migrator import environment

environment.run(context.config.attributes["metadata"])
"""


@dataclass
class Lab:
    """`states` are the metadata that the revisions were written for, oldest first."""

    folder: Path
    server: Server
    url: str
    states: list[Catalog] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def project(self, metadata: sa.MetaData, *renames: str) -> Project:
        """Alembic reads revisions once: after each change, a new project."""
        project = Project(Config(self.folder / "alembic.ini"), self.url, metadata)
        project.config.attributes["metadata"] = metadata
        project.config.attributes["url"] = self.url
        project.config.attributes["migrator.renames"] = list(renames) or ["no"]
        return project

    def revise(
        self, metadata: sa.MetaData, *renames: str, message: str | None = None
    ) -> list[Path]:
        """Let autogenerate write what brings the revisions to the metadata; returns its files."""
        before = set(self.files)
        with redirect_stdout(StringIO()):
            command.revision(
                self.project(metadata, *renames).config, autogenerate=True, message=message
            )
        return [path for path in self.files if path not in before]

    def upgrade(self, metadata: sa.MetaData) -> list[str]:
        """What is still different in the database after an upgrade to head."""
        project = self.project(metadata)
        command.upgrade(project.config, "head")
        wanted, _ = schemas.of_models(project)
        self.states.append(wanted)
        self.heads.append(project.script.get_current_head() or "base")
        return self.differing(wanted)

    def downgrade(self, metadata: sa.MetaData) -> list[str]:
        """Go back to the state before; what is different there."""
        self.states.pop()
        self.heads.pop()
        command.downgrade(self.project(metadata).config, self.heads[-1])
        return self.differing(self.states[-1])

    def differing(self, wanted: Catalog) -> list[str]:
        with engine(sa.make_url(self.url)).connect() as connection:
            there = schemas.seen(self.project(sa.MetaData()), connection)
        return [str(one) for one in differences(wanted, there)]

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "versions").glob("*.py"))


def make_template(folder: Path, server: Server) -> None:
    """The project of the small world, with the revisions that build it, and no database."""
    with server.connect() as admin:
        for role in ROLES:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(f"CREATE ROLE {role} NOLOGIN".encode())
    project = lab(folder, server, "")
    ini = folder / "alembic.ini"
    (folder / "migrations").mkdir()
    (folder / "migrations" / "env.py").write_text(_ENV)
    shutil.copy(ROOT / "migrations" / "script.py.mako", folder / "migrations")
    location = project.config.get_main_option("script_location") or ""
    text = ini.read_text().replace(location, str(folder / "migrations"))
    text = text.replace(
        "path_separator = os",
        "path_separator = os\n"
        "file_template = %%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s\n"
        "timezone = UTC",
    )
    ini.write_text(text)
    Lab(folder, server, "").revise(world())


@contextmanager
def copy_of(template: Path, folder: Path, server: Server) -> Iterator[Lab]:
    """The same in a folder of its own, with a database at head."""
    shutil.copytree(template, folder)
    ini = folder / "alembic.ini"
    ini.write_text(ini.read_text().replace(str(template), str(folder)))
    with Lab(folder, server, "").project(world()).sandbox() as address:
        made = Lab(folder, server, address)
        left = made.upgrade(world())
        assert left == [], left
        yield made
