"""The verbs that look at a database: status, plan."""

import json
from dataclasses import asdict

import click

from migrator import output, report
from migrator import plan as plans
from migrator.cli import verb
from migrator.project import Project


@verb
def status(project: Project, as_json: bool) -> int:
    """Say where the database stands, and what was done to it last.

    Exit status 1 when it is not at head, or a revision was edited after it was applied.
    """
    now = report.status(project)
    print(json.dumps(asdict(now)) if as_json else output.status(now))
    return 1 if now.pending or now.edited else 0


@verb
@click.argument("target", default="head")
@click.option("--sql/--no-sql", "with_sql", default=True, help="Show the statements too.")
def plan(project: Project, as_json: bool, target: str, with_sql: bool) -> None:
    """Show what `upgrade` would do, revision by revision. Changes nothing."""
    planned = plans.draw(project, target)
    if as_json:
        print(json.dumps(planned.as_json()))
    else:
        print(plans.render(planned, with_sql))
