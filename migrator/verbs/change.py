"""The verbs that change a database along its revisions: upgrade, downgrade."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click
import sqlalchemy as sa
from alembic.script import Script

from migrator import output, preflight, report, runner
from migrator.cli import verb
from migrator.project import Project


def waiting(command: Any) -> Any:
    """The options of what waits for locks."""
    wait = click.option(
        "--wait",
        type=float,
        metavar="SECONDS",
        help="For how long to try to lock a table, instead of LOCK_WAIT.",
    )
    end_idle = click.option(
        "--terminate-idle-blockers",
        "end_idle_after",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="End sessions that block a revision and have been idle in their transaction for "
        "longer than this. Without it nobody's session is ended.",
    )
    return wait(end_idle(command))


@verb
@click.argument("target", default="head")
@waiting
@click.option(
    "--skip-preflight",
    multiple=True,
    metavar="NAME",
    help="Go on in spite of this finding, named by the refusal.",
)
def upgrade(
    project: Project,
    as_json: bool,
    target: str,
    wait: float | None,
    end_idle_after: float | None,
    skip_preflight: tuple[str, ...],
) -> None:
    """Apply the revisions that are pending, up to TARGET (default: head)."""
    project.override(lock_wait=wait)

    def look(connection: sa.Connection, scripts: list[Script]) -> None:
        found = preflight.examine(project, connection, scripts)
        for finding in found:
            if finding.level == "warn" or finding.name in skip_preflight:
                print(finding, file=sys.stderr, flush=True)
        preflight.refuse(found, skip_preflight)

    steps = runner.upgrade(project, target, output.printer(as_json), end_idle_after, look)
    _summary(project, steps, as_json)


@verb
@click.argument("target", default="-1")
@waiting
@click.option(
    "--allow-data-loss",
    multiple=True,
    metavar="NAME",
    help="Destroy the rows of this table (or table.column), named by the refusal.",
)
def downgrade(
    project: Project,
    as_json: bool,
    target: str,
    wait: float | None,
    end_idle_after: float | None,
    allow_data_loss: tuple[str, ...],
) -> None:
    """Undo revisions down to TARGET (default: -1, the newest one)."""
    project.override(lock_wait=wait)
    steps = runner.downgrade(
        project, target, allow_data_loss, output.printer(as_json), end_idle_after
    )
    _summary(project, steps, as_json)


def _summary(project: Project, steps: list[runner.Step], as_json: bool) -> None:
    now = report.status(project)
    if as_json:
        print(json.dumps({"steps": [asdict(step) for step in steps], "revision": now.revision}))
    else:
        print(output.at(now) if steps else f"nothing to do: {output.at(now)}")
