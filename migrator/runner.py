"""Upgrade and downgrade, one revision at a time: the loop around Alembic.

A revision that cannot get its lock within the budget gives way and is tried again, so that the
application never waits longer than one budget. Giving up leaves the database between revisions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from migrator import errors, record, squashed
from migrator.environment import ALLOW_DATA_LOSS, LOCKED, RECORD
from migrator.interruption import listening
from migrator.lock import migration_lock
from migrator.project import Project
from migrator.steps import Report, Run, Step, title
from migrator.watch import watching

Look = Callable[[sa.Connection, list[Script]], None]

__all__ = ["Report", "Step", "current", "downgrade", "pending", "title", "undone", "upgrade"]


def current(connection: sa.Connection) -> str | None:
    """The stamped revision, None for a database that is not stamped."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def pending(project: Project, stamped: str | None, target: str = "head") -> list[Script]:
    """The revisions between the stamped one and `target`, in the order of their upgrade."""
    with _resolving(project, stamped, target):
        squashed.follow(project.script, stamped, target)
        found = project.script.iterate_revisions(target, stamped, implicit_base=True)
        return list(reversed([script for script in found if isinstance(script, Script)]))


def undone(project: Project, stamped: str | None, target: str) -> list[Script]:
    """The revisions between the stamped one and `target`, in the order of their downgrade."""
    with _resolving(project, stamped, target):
        squashed.follow_back(project.script, stamped, target)
        found = project.script.iterate_revisions(stamped, target, select_for_downgrade=True)
        return [script for script in found if isinstance(script, Script)]


def upgrade(
    project: Project,
    target: str = "head",
    report: Report = lambda _: None,
    end_idle_after: float | None = None,
    look: Look = lambda _connection, _scripts: None,
) -> list[Step]:
    """Apply what is pending up to `target`. No steps when there is nothing to do.

    `end_idle_after`: end sessions that block a revision and have been idle in their transaction
    for longer than so many seconds. None: end nobody's. `look` is asked before the first revision,
    with the lock held, and refuses by raising.
    """
    with _session(project, report, end_idle_after) as run:
        scripts = pending(project, current(run.connection), target)
        if scripts:
            look(run.connection, scripts)
        return [run.step("upgrade", script) for script in scripts]


def downgrade(
    project: Project,
    target: str = "-1",
    allow_data_loss: tuple[str, ...] = (),
    report: Report = lambda _: None,
    end_idle_after: float | None = None,
) -> list[Step]:
    """Undo revisions down to `target`. Refuses where rows would be lost that are not named."""
    project.config.attributes[ALLOW_DATA_LOSS] = ",".join(allow_data_loss)
    with _session(project, report, end_idle_after) as run:
        scripts = undone(project, current(run.connection), target)
        return [run.step("downgrade", script) for script in scripts]


@contextmanager
def _session(project: Project, report: Report, end_idle_after: float | None) -> Iterator[Run]:
    budget, patience = project.settings.lock_timeout, project.settings.migration_lock_wait
    with (
        project.connect() as connection,
        listening() as interruption,
        migration_lock(connection.engine, patience, interruption.pause_for_others) as lock,
        watching(connection, budget, interruption, end_idle_after) as watch,
    ):
        record.settle_killed(connection)
        attributes = project.config.attributes
        attributes.update({"connection": connection, LOCKED: True})
        try:
            yield Run(project, connection, lock, interruption, watch, report)
        finally:
            # What Alembic is asked for next, with the same project, is no part of this session.
            for name in ("connection", LOCKED, RECORD, ALLOW_DATA_LOSS):
                attributes.pop(name, None)


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
