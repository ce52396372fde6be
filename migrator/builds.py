"""The two ways to the schema at head, each in a sandbox: by the revisions, and by the models."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa
from alembic import command

from migrator import errors
from migrator.connection import engine
from migrator.environment import ALLOW_DATA_LOSS, LOCKED
from migrator.project import Project, ours
from migrator.runner import current, pending


@contextmanager
def beside_others(project: Project) -> Iterator[sa.Connection]:
    """A throwaway database that holds only what others own."""
    with project.sandbox() as address, engine(sa.make_url(address)).connect() as connection:
        yield connection


def by_revisions(project: Project, connection: sa.Connection, target: str = "head") -> None:
    """Upgrade to `target`. Raises MigratorError naming the revision that does not run."""
    with _handed_in(project, connection):
        try:
            command.upgrade(project.config, target)
        except errors.MigratorError as error:
            connection.rollback()
            failed = pending(project, current(connection))[0]
            raise errors.revision_fails(failed.revision, Path(failed.path).name, error) from error


def back(
    project: Project, connection: sa.Connection, target: str = "base", losing: Iterable[str] = ()
) -> None:
    """Downgrade to `target`; `losing` are the names of what may be destroyed on the way."""
    with _handed_in(project, connection, {ALLOW_DATA_LOSS: ",".join(losing)}):
        command.downgrade(project.config, target)


@contextmanager
def _handed_in(
    project: Project, connection: sa.Connection, more: Mapping[str, object] = MappingProxyType({})
) -> Iterator[None]:
    # Nobody else knows the sandbox, so there is nobody to lock out.
    handed_in = {"connection": connection, LOCKED: True, **more}
    project.config.attributes.update(handed_in)
    try:
        yield
    finally:
        for name in handed_in:
            del project.config.attributes[name]


def by_models(project: Project, connection: sa.Connection) -> None:
    """Create what the metadata describes."""
    metadata = project.metadata
    metadata.create_all(connection, tables=[metadata.tables[name] for name in ours(metadata)])
    connection.commit()
