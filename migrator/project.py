"""An Alembic project: its alembic.ini, its revisions, its metadata and its database."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from migrator import connection, embedded, errors, settings
from migrator.embedded import Server
from migrator.sandbox import Seed, sandbox
from migrator.url import parse

EMBEDDED_ROLE = "migrator"
"""Who migrates the embedded database: no superuser, as on a managed PostgreSQL."""

SETTINGS = "migrator.settings"
"""Attribute of the Config: the settings to use instead of what the environment says."""

COLLECT = "migrator.collect"
"""Attribute of the Config under which env.py is asked for its metadata, and for nothing else."""


class Project:
    """What alembic.ini says, read once.

    `database_url` stands before the environment and `.env`. `metadata` is for env.py, which has it;
    everybody else lets the project ask env.py.
    """

    def __init__(
        self,
        config: Config,
        database_url: str | None = None,
        metadata: sa.MetaData | None = None,
    ) -> None:
        self.config = config
        self._database_url = database_url
        self._metadata = metadata

    @classmethod
    def load(cls, ini: Path, database_url: str | None = None) -> "Project":
        if not ini.is_file():
            raise errors.no_alembic_ini(ini)
        return cls(Config(ini), database_url)

    @cached_property
    def folder(self) -> Path:
        """Where alembic.ini stands; `.env` is read from here."""
        return Path(self.config.config_file_name or "alembic.ini").resolve().parent

    @cached_property
    def settings(self) -> settings.Settings:
        given: settings.Settings | None = self.config.attributes.get(SETTINGS)
        return given or settings.load(self.folder)

    def override(self, **given: object) -> None:
        """Let the command line have its say: settings by name; those that are None keep theirs."""
        said = {name: value for name, value in given.items() if value is not None}
        if said:
            self.settings = settings.load(self.folder, **said)
            self.config.attributes[SETTINGS] = self.settings

    @cached_property
    def script(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(self.config)

    def option(self, name: str) -> str:
        """A value of alembic.ini's section [migrator]; raises MigratorError when it has none."""
        value = self.config.get_section_option("migrator", name)
        if value is None:
            raise errors.no_option(name)
        return value

    def path(self, name: str) -> Path:
        return Path(self.option(name))

    def relative(self, path: Path) -> str:
        """A path as this project's files name it, from the folder of alembic.ini."""
        return Path(os.path.relpath(path, self.folder)).as_posix()

    def revision_files(self) -> list[Path]:
        """The files of versions/ in the order of their names, read by nobody yet."""
        locations = self.script._version_locations  # Alembic has no public name for all of them
        files = sorted(path for folder in locations for path in Path(folder).glob("*.py"))
        return [path for path in files if path.name != "__init__.py"]

    @cached_property
    def metadata(self) -> sa.MetaData:
        """The models, as env.py hands them to `environment.run`."""
        if self._metadata is not None:
            return self._metadata
        collected: list[sa.MetaData] = []
        self.config.attributes[COLLECT] = collected
        try:
            with EnvironmentContext(self.config, self.script):
                self.script.run_env()
        finally:
            del self.config.attributes[COLLECT]
        return collected[0]

    @cached_property
    def url(self) -> sa.URL:
        """The database to migrate. Starts the embedded PostgreSQL when none is named."""
        if self._given_url is not None:
            return parse(self._given_url)
        print(
            f"no DATABASE_URL: using the embedded PostgreSQL in {self.path('embedded').name}/",
            file=sys.stderr,
        )
        return parse(self.server.url(self.option("embedded_database"), EMBEDDED_ROLE))

    @contextmanager
    def connect(self, wait: float | None = None) -> Iterator[sa.Connection]:
        """Connect for a migration, as MIGRATION_ROLE.

        Waits for a server that wakes up, `wait` seconds instead of CONNECT_WAIT.
        """
        seconds = self.settings.connect_wait if wait is None else wait
        with connection.connect(self.url, seconds) as opened:
            if self.settings.migration_role:
                connection.become(opened, self.settings.migration_role)
            yield opened

    @property
    def _given_url(self) -> str | None:
        if self._database_url is None and self.settings.migration_url:
            return self.settings.migration_url.get_secret_value()
        return self._database_url

    @cached_property
    def server(self) -> Server:
        """The embedded PostgreSQL, running, with its database and the role that migrates it."""
        server = embedded.start(self.path("embedded"))
        name = self.option("embedded_database")
        embedded.ensure_database(server, name, EMBEDDED_ROLE, self.external_tables)
        return server

    @contextmanager
    def sandbox(self) -> Iterator[str]:
        """A throwaway database that holds what others own, and nothing of this project yet."""
        # As the superuser, who alone may act for the owner of the external tables.
        admin = self.server.url()
        with sandbox(admin, owner=EMBEDDED_ROLE, seed=self.external_tables) as address:
            yield self.server.url(sa.make_url(address).database or "", EMBEDDED_ROLE)

    @property
    def external_tables(self) -> Seed:
        """What others own, and how a throwaway database gets it."""
        shared = tuple(sorted(external(self.metadata)))
        return Seed(self.path("external_tables"), self.option("external_owner"), shared)


def ours(metadata: sa.MetaData) -> set[str]:
    """The tables that this project owns: all but those marked `info={"external": True}`."""
    return {name for name, table in metadata.tables.items() if not table.info.get("external")}


def external(metadata: sa.MetaData) -> set[str]:
    """The tables that belong to somebody else, and stand in the metadata so that keys resolve."""
    return set(metadata.tables) - ours(metadata)
