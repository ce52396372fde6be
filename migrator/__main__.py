"""The command line: `python -m migrator <verb>`.

Exit status: 0 done, 1 findings or refused, 2 could not run.
"""

import functools
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from alembic.script import Script
from alembic.util import CommandError

from migrator import (
    __version__,
    checks,
    embedded,
    errors,
    output,
    preflight,
    render,
    report,
    runner,
)
from migrator import adopt as adoption
from migrator import plan as plans
from migrator.project import Project

Verb = Callable[..., int | None]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="migrator")
def main() -> None:
    """Change a PostgreSQL schema safely."""


def verb(function: Verb) -> click.Command:
    """A verb takes the project, and `as_json` for machines; its number is the exit status."""

    @main.command(function.__name__.rstrip("_"), help=function.__doc__)
    @click.option("--config", default="alembic.ini", envvar="ALEMBIC_CONFIG", help="alembic.ini")
    @click.option("--database-url", help="Instead of DATABASE_URL.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
    @click.option("--debug", is_flag=True, help="Show tracebacks.")
    @functools.wraps(function)
    def command(
        config: str, database_url: str | None, debug: bool, as_json: bool, **options: Any
    ) -> None:
        try:
            project = Project.load(Path(config), database_url)
            status = function(project, as_json=as_json, **options)
        except (CommandError, sa.exc.DBAPIError, KeyboardInterrupt) as error:
            if debug:
                raise
            status = _explain(error, as_json)
        sys.exit(status or 0)

    return command


def _explain(error: BaseException, as_json: bool) -> int:
    if isinstance(error, KeyboardInterrupt):
        error = errors.interrupted()
    elif isinstance(error, sa.exc.DBAPIError):
        error = errors.from_database(error)
    elif not isinstance(error, errors.MigratorError):
        error = errors.MigratorError(str(error))
    if as_json:
        told: dict[str, Any] = {
            "error": error.message,
            "detail": error.detail,
            "hint": error.hint,
        }
        if isinstance(error, errors.AdoptionBlocked):
            told["findings"] = [asdict(finding) for finding in error.findings]
        print(json.dumps(told))
    else:
        print(error, file=sys.stderr)
    return error.exit_code


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

    steps = runner.upgrade(project, target, _printer(as_json), end_idle_after, look)
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
    steps = runner.downgrade(project, target, allow_data_loss, _printer(as_json), end_idle_after)
    _summary(project, steps, as_json)


def _printer(as_json: bool) -> runner.Report:
    return (lambda _: None) if as_json else output.step


def _summary(project: Project, steps: list[runner.Step], as_json: bool) -> None:
    now = report.status(project)
    if as_json:
        print(json.dumps({"steps": [asdict(step) for step in steps], "revision": now.revision}))
    else:
        print(output.at(now) if steps else f"nothing to do: {output.at(now)}")


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
        done = adoption.adopt(project, **options, report=_printer(as_json))
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


@verb
@click.option("--check", "only_check", is_flag=True, help="Write nothing, name what is stale.")
def sql(project: Project, as_json: bool, only_check: bool) -> int:
    """Render every revision, and the schema at head, as SQL for the DBA."""
    changed = render.stale(project) if only_check else render.write(project)
    where = project.path("sql_location").name
    if as_json:
        print(json.dumps({"stale" if only_check else "written": changed}))
    else:
        word = "stale" if only_check else "written"
        print("\n".join(f"{word}  {where}/{name}" for name in changed) or f"{where}/ is up to date")
    return 1 if only_check and changed else 0


@verb
def check(project: Project, as_json: bool) -> int:
    """Find what is stale, edited, or different between models and revisions."""
    found = checks.check(project)
    if as_json:
        print(json.dumps([asdict(finding) for finding in found]))
    else:
        print("\n".join(map(str, found)) or "nothing found")
    return 1 if found else 0


@verb
@click.option("--stop", is_flag=True, help="Stop the embedded PostgreSQL.")
def db(project: Project, as_json: bool, stop: bool) -> None:
    """Start the embedded PostgreSQL and print its address."""
    if stop:
        embedded.stop(project.path("embedded"))
        return
    address = project.server.url(project.option("embedded_database"), "migrator")
    print(json.dumps({"url": address}) if as_json else address)


@verb
def psql(project: Project, as_json: bool) -> None:  # noqa: ARG001  every verb takes it
    """Open psql on the database."""
    address = project.url.set(drivername="postgresql", password=None)
    program = embedded.wheel_programs() / "psql"
    # Not among the arguments, where every user of the machine reads it.
    password = {"PGPASSWORD": project.url.password} if project.url.password else {}
    arguments = ["psql", "--dbname", address.render_as_string()]
    os.execve(program, arguments, os.environ | password)  # noqa: S606


if __name__ == "__main__":
    main()
