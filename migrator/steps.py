"""One revision applied or undone: tried until it gets its locks, recorded, stopped on request."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from migrator import errors, record
from migrator.budget import Tries
from migrator.environment import RECORD
from migrator.interruption import Interruption
from migrator.project import Project
from migrator.watch import Watch


@dataclass(frozen=True)
class Step:
    """One revision that was applied or undone; `seconds` includes the waiting for locks."""

    direction: str
    revision: str
    title: str
    seconds: float
    tries: int


Report = Callable[[Step], None]


@dataclass(frozen=True)
class Run:
    """The session that steps are made in: it holds the migration lock."""

    project: Project
    connection: sa.Connection
    lock: sa.Connection
    interruption: Interruption
    watch: Watch
    report: Report

    def step(self, direction: str, script: Script) -> Step:
        """Apply the revision or undo it. Raises MigratorError between two revisions."""
        target = script.revision if direction == "upgrade" else _below(script)
        left_at = script.revision if direction == "downgrade" else _before(script)
        if self.interruption.signal:
            raise errors.stopped_before(self.interruption.signal, script.revision, left_at)
        self._still_alone(script)
        started = time.monotonic()
        settings = self.project.settings
        tries = Tries(settings.lock_timeout, settings.lock_wait)
        self.watch.begin(script.revision)
        row = record.Row(self.connection, direction, script)
        self.project.config.attributes[RECORD] = row
        outcome: record.Outcome = "failed"
        reason: errors.MigratorError | None = None
        try:
            while not self._tried(direction, target, script, tries):
                row.retries = tries.failed
        except errors.Stopped as error:
            outcome = "interrupted"
            reason = errors.stopped_at(error.signal, script.revision, left_at)
            raise reason from error
        except errors.MigratorError as error:
            outcome = "gave up" if isinstance(error, errors.GaveUp) else "failed"
            reason = error
            raise
        else:
            outcome = "applied"
        finally:
            row.retries = tries.failed
            if outcome != "applied":
                self._record(row, outcome, reason)
        seconds = time.monotonic() - started
        made = Step(direction, script.revision, title(script), seconds, tries.failed + 1)
        self.report(made)
        return made

    def _tried(self, direction: str, target: str, script: Script, tries: Tries) -> bool:
        """Try once. False after a pause when a lock was not to be had."""
        self.interruption.guard(self.connection)
        try:
            getattr(command, direction)(self.project.config, target)
        except errors.LockTimeout as error:
            self._give_way(direction, script, tries, error)
            return False
        except errors.Cancelled as error:
            self._explain(script, error)
            raise
        except errors.ConnectionLost as error:
            raise errors.lost_at(script.revision, error) from error
        finally:
            self.interruption.release(self.connection)
        return True

    def _explain(self, script: Script, error: errors.Cancelled) -> None:
        """Say who cancelled a statement when that was we, or the limit of a build."""
        if self.interruption.signal:
            raise errors.Stopped(self.interruption.signal) from error
        if self.watch.refused:
            raise self.watch.refused from error
        if "statement timeout" in error.message:
            limit = self.project.settings.build_timeout
            raise errors.build_too_long(script.revision, limit, self.watch.found) from error

    def _give_way(
        self, direction: str, script: Script, tries: Tries, error: errors.LockTimeout
    ) -> None:
        self.connection.rollback()
        if self.watch.refused:
            raise self.watch.refused from error
        pause = tries.pause()
        if pause is None:
            raise errors.gave_up(
                script.revision,
                tries.failed,
                tries.once,
                tries.waited,
                error,
                self.watch.found,
                f"`make {direction}`",
            ) from error
        self.interruption.pause(pause)

    def _still_alone(self, script: Script) -> None:
        """The migration lock went with its session, if that is gone: another run may have begun."""
        try:
            self.lock.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError as error:
            raise errors.lost_at(script.revision, errors.from_database(error)) from error

    def _record(
        self, row: record.Row, outcome: record.Outcome, reason: errors.MigratorError | None
    ) -> None:
        # A server that is gone keeps the row as "running"; the next run calls it killed.
        with suppress(errors.MigratorError, sa.exc.DBAPIError):
            if self.connection.invalidated:
                with self.project.connect(0) as another:
                    row.end(another, outcome, reason)
            else:
                self.connection.rollback()
                row.end(self.connection, outcome, reason)


def title(script: Script) -> str:
    """The first line of the revision's docstring, without its full stop."""
    return script.doc.partition("\n")[0].rstrip(".")


def _before(script: Script) -> str | None:
    down = script.down_revision
    return down if down is None or isinstance(down, str) else ", ".join(down)


def _below(script: Script) -> str:
    if isinstance(script.down_revision, list | tuple):
        raise errors.merge_revision(script.revision)
    return script.down_revision or "base"
