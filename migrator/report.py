"""Where a database stands, and the SQL of a revision as Alembic writes it."""

import io
from contextlib import redirect_stdout
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from migrator import errors, record, squashed
from migrator.project import Project
from migrator.runner import current, pending, title, undone
from migrator.url import describe


@dataclass(frozen=True)
class Status:
    """`revision` is None for a database that is not stamped; `pending` are (revision, title).

    `log` is the whole record, newest first; `edited` are applied revisions whose file has changed.
    """

    database: str
    server: str
    revision: str | None
    head: str
    pending: list[tuple[str, str]]
    log: list[record.Entry]
    edited: list[errors.Finding]


def status(project: Project) -> Status:
    """Read where the database stands. Changes nothing."""
    with project.connect() as connection:
        return _status(project, connection)


def _status(project: Project, connection: sa.Connection) -> Status:
    revision = current(connection)
    head = project.script.get_current_head()
    waiting = pending(project, revision)
    server = connection.exec_driver_sql("SHOW server_version").scalar_one()
    log = record.read(connection)
    return Status(
        database=describe(project.url),
        server=server,
        revision=revision,
        head=head or "",
        pending=[(script.revision, title(script)) for script in waiting],
        log=log,
        edited=_edited(project, log, revision) if revision else [],
    )


def _edited(project: Project, log: list[record.Entry], revision: str) -> list[errors.Finding]:
    replacing = list(squashed.replacing(project.script))
    squashed.go_old_way(project.script)  # it may have come by either
    return record.edited(log, undone(project, revision, "base"), replacing)


def offline(project: Project, direction: str, script: Script) -> str:
    """What `alembic upgrade --sql` writes for one revision (or `downgrade --sql`)."""
    below = script.down_revision or "base"
    first, last = (below, script.revision) if direction == "upgrade" else (script.revision, below)
    written = io.StringIO()
    project.config.output_buffer = written
    with redirect_stdout(written):
        getattr(command, direction)(project.config, f"{first}:{last}", sql=True)
    return written.getvalue()
