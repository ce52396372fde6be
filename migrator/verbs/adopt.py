"""The verb that takes a database under revision control: adopt."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from migrator import adopt as adoption
from migrator import errors, output, report
from migrator.cli import verb
from migrator.project import Project


@verb
@click.option("--check", "only_check", is_flag=True, help="Only examine, change nothing.")
@click.option(
    "--legacy-timezone",
    metavar="ZONE",
    help="Times were stored in this zone (datetime.now on a server in it), not in UTC.",
)
@click.option(
    "--orphans",
    type=click.Choice(["refuse", "quarantine"]),
    default="refuse",
    help="What to do with rows whose user does not exist.",
)
def adopt(
    project: Project,
    as_json: bool,
    only_check: bool,
    legacy_timezone: str | None,
    orphans: adoption.Orphans,
) -> int:
    """Take a database that Alembic has never seen under revision control, up to head."""
    options: Any = {"legacy_timezone": legacy_timezone, "orphans": orphans}
    if only_check:
        findings = adoption.examine(project, **options)
        _print_findings(findings, as_json)
        return 1 if adoption.blocking(findings) else 0
    try:
        done = adoption.adopt(project, **options, report=output.printer(as_json))
    except errors.AdoptionBlocked as blocked:
        if not as_json:
            print(adoption.render(blocked.findings), end="\n\n", file=sys.stderr)
        raise
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(adoption.render(done.findings))
        print(output.at(report.status(project)))
    return 0


def _print_findings(findings: list[adoption.Finding], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        print(adoption.render(findings))
