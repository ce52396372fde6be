"""Takes a database over: repairs, verification and stamp in one transaction, then the revisions.

A failure leaves the database as it was, or at the end of a revision, from where `upgrade` goes on.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext, MigrationInfo

from migrator import errors, runner
from migrator.adopt import examination
from migrator.adopt.columns import early_columns
from migrator.adopt.examination import Examined
from migrator.adopt.finding import Finding, blocking, repairs
from migrator.adopt.look import Look, Options, Orphans, run
from migrator.adopt.shapes import Shapes, build
from migrator.budget import Tries
from migrator.connection import settle
from migrator.lock import migration_lock
from migrator.ops.sql import literal
from migrator.project import Project
from migrator.record import VERSION_TABLE, Stamps


@dataclass(frozen=True)
class Adopted:
    """`findings` are those repaired and those noted; the first step is the adoption itself."""

    revision: str
    findings: list[Finding]
    steps: list[runner.Step]


def examine(
    project: Project, *, legacy_timezone: str | None = None, orphans: Orphans = "refuse"
) -> list[Finding]:
    """What there is to say about a database before it is adopted. Changes nothing.

    Raises Refused for a database that is under revision control, or has nothing to adopt.
    """
    shapes = build(project)
    with _session(project) as connection:
        options = Options(legacy_timezone, orphans)
        return examination.examine(connection, shapes, options).findings


def adopt(
    project: Project,
    *,
    legacy_timezone: str | None = None,
    orphans: Orphans = "refuse",
    report: runner.Report = lambda _: None,
) -> Adopted:
    """Adopt the database and upgrade it to head.

    Raises AdoptionBlocked, with the findings, and changes nothing when one of them blocks.
    """
    return adopt_as(build(project), project, Options(legacy_timezone, orphans), report)


def adopt_as(
    shapes: Shapes, project: Project, options: Options, report: runner.Report = lambda _: None
) -> Adopted:
    """The same, with shapes that have been built already."""
    with (
        _session(project) as connection,
        migration_lock(connection.engine, project.settings.migration_lock_wait),
    ):
        examined = examination.examine(connection, shapes, options)
        _refuse_blocked(examined.findings)
        findings, step = _take_over(project, connection, shapes, examined)
    report(step)
    return Adopted(shapes.revision, findings, [step, *runner.upgrade(project, report=report)])


@contextmanager
def _session(project: Project) -> Iterator[sa.Connection]:
    with project.connect() as connection:
        settle(connection, project.settings.lock_timeout)
        try:
            yield connection
        except sa.exc.DBAPIError as error:
            raise errors.from_database(error) from error


def _refuse_blocked(findings: Sequence[Finding]) -> None:
    if blocking(findings):
        raise errors.AdoptionBlocked(findings)


def _take_over(
    project: Project, connection: sa.Connection, shapes: Shapes, examined: Examined
) -> tuple[list[Finding], runner.Step]:
    """Try until the locks are to be had within their budget, as the runner does."""
    started = time.monotonic()
    tries = Tries(project.settings.lock_timeout, project.settings.lock_wait)
    while True:
        try:
            within = _transaction(project, connection, shapes, examined)
            break
        except sa.exc.DBAPIError as error:
            refused = errors.from_database(error)
            if not isinstance(refused, errors.LockTimeout):
                raise refused from error
            pause = tries.pause()
            if pause is None:
                raise errors.gave_up(
                    shapes.revision, tries.failed, tries.once, tries.waited, refused
                ) from error
            time.sleep(pause)
    script = project.script.get_revision(shapes.revision)
    seconds = time.monotonic() - started
    step = runner.Step("adopt", shapes.revision, runner.title(script), seconds, tries.failed + 1)
    return [*examined.around, *within], step


def _transaction(
    project: Project, connection: sa.Connection, shapes: Shapes, examined: Examined
) -> list[Finding]:
    """Examine again with nobody left to change anything, repair, verify, stamp."""
    with connection.begin():
        # Readers go on unless something is to be altered, which they would have to wait for anyway.
        mode = "ACCESS EXCLUSIVE" if repairs(examined.within) else "SHARE ROW EXCLUSIVE"
        run(connection, f"LOCK TABLE {', '.join(shapes.tables)} IN {mode} MODE")
        look = Look.at(connection, shapes, examined.options)
        within = list(examination.within(look))
        _refuse_blocked(within)
        for statement in repairs(within):
            run(connection, statement)
        if repairs(within):
            _verify(Look.at(connection, shapes, examined.options))
        _stamp(project, connection, shapes.revision)
        run(connection, f"COMMENT ON TABLE {VERSION_TABLE} IS {literal(_note(look))}")
        return within


def _stamp(project: Project, connection: sa.Connection, revision: str) -> None:
    """Stamp the baseline as `alembic stamp` would, with its row in the record."""
    stamps = Stamps()
    MigrationContext.configure(connection).stamp(project.script, revision)
    stamped = MigrationInfo(project.script.revision_map, True, True, revision, ())
    stamps.applied(connection, stamped)


def _verify(look: Look) -> None:
    """Refuse unless nothing but notes is left: then the tables are the baseline's."""
    left = [one for one in examination.within(look) if one.level != "note"]
    if left:
        raise errors.repairs_failed([one.message for one in left])


def _note(look: Look) -> str:
    """What migrator.ops.adoption reads, for the revisions that must not undo what was there."""
    came_with: dict[str, object] = {
        "tables": [table.rpartition(".")[2].strip('"') for table in look.shapes.tables],
        "columns": early_columns(look),
    }
    if look.options.legacy_timezone:
        came_with["legacy_timezone"] = look.options.legacy_timezone
    return f"adopted: {json.dumps(came_with)}"
