"""Everything that is looked at before an upgrade. Reads, and changes nothing."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from migrator import errors
from migrator.budget import milliseconds
from migrator.catalog import read
from migrator.preflight import (
    columns,
    connections,
    drift,
    indexes,
    lock_order,
    privileges,
    replication,
    rewrites,
    server,
    transactions,
    vacuum,
)
from migrator.preflight.finding import Finding, ordered
from migrator.preflight.limits import USUAL, Limits
from migrator.preflight.look import Look
from migrator.preflight.rehearsal import Rehearsal, rehearse
from migrator.preflight.sizes import Table, sizes
from migrator.preflight.words import database as words
from migrator.preflight.words.tables import no_comparison
from migrator.project import Project, external

CHECKS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    server.find,
    privileges.find,
    connections.find,
    indexes.find,
    vacuum.find,
    transactions.find,
    replication.find,
    rewrites.find,
    lock_order.find,
    columns.find,
)

_NOTE = """
SELECT substring(obj_description(to_regclass('alembic_version'), 'pg_class') FROM '^adopted: .*$')
"""


@dataclass(frozen=True)
class Examined:
    """`rehearsal` is None when there was none; `tables` are those that will be locked."""

    rehearsal: Rehearsal | None = None
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def examine(
    project: Project,
    connection: sa.Connection,
    scripts: Sequence[Script],
    limits: Limits = USUAL,
) -> list[Finding]:
    """What there is to say before `scripts` are applied, what refuses first; see `look`."""
    return look(project, connection, scripts, limits).findings


def look(
    project: Project,
    connection: sa.Connection,
    scripts: Sequence[Script],
    limits: Limits = USUAL,
) -> Examined:
    """Rehearse the revisions, and look at the database with what was learned.

    `scripts` are the pending revisions in the order of their upgrade. The connection must not be
    inside a transaction, and is not afterwards.
    """
    if not scripts:
        return Examined()
    stamped = MigrationContext.configure(connection).get_current_revision()
    note: str | None = connection.exec_driver_sql(_NOTE).scalar_one()
    connection.rollback()
    findings: list[Finding] = []
    rehearsal = _rehearse(project, stamped, note, scripts, findings)
    seen = Look(
        connection,
        stamped,
        rehearsal,
        json.loads(note.removeprefix("adopted: ")) if note else None,
        frozenset(external(project.metadata)),
        project.settings.lock_timeout,
        limits,
    )
    with connection.begin():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        budget = milliseconds(project.settings.lock_timeout)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{budget}'")
        findings += [one for check in CHECKS for one in check(seen)]
        tables = sizes(seen)
    findings += _drift(seen)
    return Examined(rehearsal, tables, ordered(findings))


def _rehearse(
    project: Project,
    stamped: str | None,
    note: str | None,
    scripts: Sequence[Script],
    findings: list[Finding],
) -> Rehearsal | None:
    try:
        rehearsal = rehearse(project, stamped, note, scripts)
    except (errors.MigratorError, psycopg.Error, sa.exc.DBAPIError) as error:
        findings.append(words.no_rehearsal(_reason(error)))
        return None
    if rehearsal.failure:
        failed = scripts[len(rehearsal.revisions)].revision
        findings.append(words.rehearsal_failed(failed, rehearsal.failure.message))
    return rehearsal


def _drift(seen: Look) -> list[Finding]:
    if seen.rehearsal is None or seen.rehearsal.failure:
        return []
    try:
        live = read(seen.connection).without_owners()
    except errors.MigratorError as error:  # somebody is changing it all the while
        return [no_comparison(error.detail or error.message)]
    return list(drift.find(seen, live))


def _reason(error: Exception) -> str:
    message = error.message if isinstance(error, errors.MigratorError) else str(error)
    return " ".join(message.split())
