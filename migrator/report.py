"""Where a database stands, and the SQL of a revision as Alembic writes it."""

import io
from contextlib import redirect_stdout
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from migrator.connection import connect
from migrator.project import Project
from migrator.runner import current, pending, title
from migrator.url import describe


@dataclass(frozen=True)
class Status:
    """`revision` is None for a database that is not stamped; `pending` are (revision, title)."""

    database: str
    server: str
    revision: str | None
    head: str
    pending: list[tuple[str, str]]


def status(project: Project) -> Status:
    """Read where the database stands. Changes nothing."""
    with connect(project.url) as connection:
        return _status(project, connection)


def _status(project: Project, connection: sa.Connection) -> Status:
    revision = current(connection)
    head = project.script.get_current_head()
    waiting = pending(project, revision)
    server = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return Status(
        database=describe(project.url),
        server=server,
        revision=revision,
        head=head or "",
        pending=[(script.revision, title(script)) for script in waiting],
    )


def offline(project: Project, direction: str, script: Script) -> str:
    """What `alembic upgrade --sql` writes for one revision (or `downgrade --sql`)."""
    below = script.down_revision or "base"
    first, last = (below, script.revision) if direction == "upgrade" else (script.revision, below)
    written = io.StringIO()
    project.config.output_buffer = written
    with redirect_stdout(written):
        getattr(command, direction)(project.config, f"{first}:{last}", sql=True)
    return written.getvalue()
