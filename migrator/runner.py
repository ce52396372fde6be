"""Upgrade and downgrade, one revision at a time: the loop around Alembic.

A revision that cannot get its lock within the budget gives way and is tried again, so that the
application never waits longer than one budget. Giving up leaves the database between revisions.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from migrator import errors
from migrator.connection import connect
from migrator.environment import ALLOW_DATA_LOSS, LOCKED
from migrator.lock import migration_lock
from migrator.project import Project


@dataclass(frozen=True)
class Step:
    """One revision that was applied or undone; `seconds` includes the waiting for locks."""

    direction: str
    revision: str
    title: str
    seconds: float
    tries: int


Report = Callable[[Step], None]


def title(script: Script) -> str:
    """The first line of the revision's docstring, without its full stop."""
    return script.doc.partition("\n")[0].rstrip(".")


def current(connection: sa.Connection) -> str | None:
    """The stamped revision, None for a database that is not stamped."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def pending(project: Project, stamped: str | None, target: str = "head") -> list[Script]:
    """The revisions between the stamped one and `target`, in the order of their upgrade."""
    with _resolving(project, stamped, target):
        found = project.script.iterate_revisions(target, stamped, implicit_base=True)
        return list(reversed([script for script in found if isinstance(script, Script)]))


def undone(project: Project, stamped: str | None, target: str) -> list[Script]:
    """The revisions between the stamped one and `target`, in the order of their downgrade."""
    with _resolving(project, stamped, target):
        found = project.script.iterate_revisions(stamped, target, select_for_downgrade=True)
        return [script for script in found if isinstance(script, Script)]


def upgrade(project: Project, target: str = "head", report: Report = lambda _: None) -> list[Step]:
    """Apply what is pending up to `target`. No steps when there is nothing to do."""
    with _session(project) as connection:
        return [
            _step(project, connection, "upgrade", script, script.revision, report)
            for script in pending(project, current(connection), target)
        ]


def downgrade(
    project: Project,
    target: str = "-1",
    allow_data_loss: tuple[str, ...] = (),
    report: Report = lambda _: None,
) -> list[Step]:
    """Undo revisions down to `target`. Refuses where rows would be lost that are not named."""
    project.config.attributes[ALLOW_DATA_LOSS] = ",".join(allow_data_loss)
    with _session(project) as connection:
        return [
            _step(project, connection, "downgrade", script, _below(script), report)
            for script in undone(project, current(connection), target)
        ]


def _below(script: Script) -> str:
    down = script.down_revision
    if down is None:
        return "base"
    if isinstance(down, str):
        return down
    raise errors.merge_revision(script.revision)


@contextmanager
def _session(project: Project) -> Iterator[sa.Connection]:
    with (
        connect(project.url) as connection,
        migration_lock(connection.engine, project.settings.migration_lock_wait),
    ):
        project.config.attributes.update({"connection": connection, LOCKED: True})
        yield connection


def _step(
    project: Project,
    connection: sa.Connection,
    direction: str,
    script: Script,
    target: str,
    report: Report,
) -> Step:
    started = time.monotonic()
    tries = 0
    while True:
        tries += 1
        try:
            getattr(command, direction)(project.config, target)
            break
        except errors.LockTimeout as error:
            connection.rollback()
            waited = time.monotonic() - started
            if waited >= project.settings.lock_wait:
                raise errors.gave_up(
                    script.revision, tries, project.settings.lock_timeout, waited, error
                ) from error
            # As long again as the application has just waited, so that it gets its turn; jittered,
            # so as not to meet the same job at the same moment each time.
            time.sleep(project.settings.lock_timeout * random.uniform(1, 3))  # noqa: S311
    step = Step(direction, script.revision, title(script), time.monotonic() - started, tries)
    report(step)
    return step


@contextmanager
def _resolving(project: Project, stamped: str | None, target: str) -> Iterator[None]:
    try:
        yield
    except (CommandError, RevisionError) as error:
        known = {script.revision for script in project.script.walk_revisions()}
        if stamped is not None and stamped not in known:
            raise errors.unknown_stamp(stamped) from error
        if len(project.script.get_heads()) > 1:
            raise errors.several_heads(project.script.get_heads()) from error
        raise errors.unknown_revision(target) from error
