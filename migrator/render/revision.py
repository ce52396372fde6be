"""One revision as a file for psql."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import sqlalchemy as sa
from alembic.script import Script
from alembic.util import CommandError

from migrator import errors, report
from migrator.project import Project
from migrator.record import VERSION_TABLE
from migrator.render import guard, measured
from migrator.render.layout import lay_out
from migrator.render.measured import Measured
from migrator.render.statements import Step, steps

DIRECTIONS = {"upgrade": "up", "downgrade": "down"}

_MAKE_VERSION_TABLE = f"CREATE TABLE {VERSION_TABLE} "
_INSIST = "migrator.allow_data_loss"


def file_name(script: Script, direction: str) -> str:
    return f"{Path(script.path).stem}.{DIRECTIONS[direction]}.sql"


def render_revision(
    project: Project, script: Script, direction: str, known: Measured | None
) -> str:
    """The text of its file, with what is known of the revision at its top.

    Raises MigratorError for a revision that needs a database to render.
    """
    below, above = str(script.down_revision or guard.BASE), script.revision
    start, end = (below, above) if direction == "upgrade" else (above, below)
    # What a script that asks the database meets when there is none.
    try:
        found = list(steps(report.offline(project, direction, script)))
    except (AttributeError, TypeError, sa.exc.SQLAlchemyError, CommandError) as error:
        raise errors.not_renderable(
            script.revision, Path(script.path).name, direction, error
        ) from error
    outside = any(not step.in_transaction for step in found)
    blocks = [
        _header(script, direction, start, end, found, outside=outside),
        _comment(measured.head(known, direction)),
    ]
    blocks += _outside(found, start, end) if outside else _inside(found, start, end)
    return "\n\n".join(blocks) + "\n"


def _inside(found: list[Step], start: str, end: str) -> list[str]:
    return [
        "BEGIN;",
        guard.IN_TRANSACTION,
        guard.guard(start, whole_file=False),
        *(_statement(step) for step in found),
        guard.stamp(start, end),
        "COMMIT;",
    ]


def _outside(found: list[Step], start: str, end: str) -> list[str]:
    blocks = [guard.STOP, guard.guard(start, whole_file=True), guard.OUTSIDE]
    for in_transaction, group in groupby(found, key=lambda step: step.in_transaction):
        lines = [_statement(step) for step in group]
        blocks += ["BEGIN;", guard.IN_TRANSACTION, *lines, "COMMIT;"] if in_transaction else lines
    return [*blocks, guard.stamp(start, end), guard.OUTSIDE_DONE]


def _statement(step: Step) -> str:
    # A database that was downgraded to the base keeps an empty version table.
    if step.text.startswith(_MAKE_VERSION_TABLE):
        return lay_out(step.text.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
    return lay_out(step.text)


def _header(
    script: Script, direction: str, start: str, end: str, found: list[Step], *, outside: bool
) -> str:
    title, _, why = script.doc.partition("\n")
    lines = [title, *why.splitlines()] if direction == "upgrade" else [f"Undo: {title}"]
    manner = (
        "step by step: after an interruption run it again"
        if outside
        else "in one transaction: after an error nothing has changed"
    )
    lines += ["", f"From {start} to {end}, {manner}."]
    if any(_INSIST in step.text for step in found):
        lines.append(f"Refuses to destroy rows; to insist: PGOPTIONS='-c {_INSIST}=<name>'.")
    lines += [
        "Rendered by `make sql`, never edited. Apply with",
        f"    psql --set ON_ERROR_STOP=1 --file {file_name(script, direction)}",
    ]
    return _comment(lines)


def _comment(lines: Iterable[str]) -> str:
    return "\n".join(f"-- {line}".rstrip() for line in lines)
