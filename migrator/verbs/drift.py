"""The verb that compares a database with what it should be: drift."""

import json
import sys
from pathlib import Path

import click

from migrator import drift as drifts
from migrator import errors
from migrator.cli import verb_anywhere
from migrator.drift import snapshot
from migrator.drift.sides import build
from migrator.project import Project

IGNORED = "drift.toml"


@verb_anywhere
@click.option("--wanted-url", help="Compare with this database, not with a revision.")
@click.option("--revision", help="Compare with this revision, not with the stamped one.")
@click.option("--snapshot", "stored", type=click.Path(path_type=Path), help="Instead of a sandbox.")
@click.option("--write-snapshot", type=click.Path(path_type=Path), help="Store what is wanted.")
@click.option("--sql", "as_sql", is_flag=True, help="Print the repair as a script for psql.")
@click.option("--allow-data-loss", "allowed", multiple=True, help="Name in the script to destroy.")
def drift(
    config: Path,
    database_url: str | None,
    as_json: bool,
    wanted_url: str | None,
    revision: str | None,
    stored: Path | None,
    write_snapshot: Path | None,
    as_sql: bool,
    allowed: tuple[str, ...],
) -> int:
    """Compare a database with what its revision makes, and say what would repair it.

    Changes nothing. Exit status 1 on drift, 2 when it could not be compared.
    """
    if wanted_url:
        # Any two databases: this needs no project.
        address = database_url or str(Project.load(config).url.render_as_string(False))
        return _tell(
            drifts.compare(drifts.two_databases(wanted_url, address)), as_json, as_sql, allowed
        )
    project = Project.load(config, database_url)
    if write_snapshot:
        made = build(project, revision or "head")
        made = snapshot.Snapshot(_id(project, made.revision), made.before, made.after)
        snapshot.write(write_snapshot, made)
        print(f"written  {write_snapshot}  ({made.revision})")
        return 0
    path = project.folder / IGNORED
    report = drifts.compare(drifts.live(project, revision, stored), drifts.entries(path))
    for entry in report.stale:
        print(errors.stale_entry(entry.name, path), file=sys.stderr)
    return _tell(report, as_json, as_sql, allowed)


def _tell(report: drifts.Report, as_json: bool, as_sql: bool, allowed: tuple[str, ...]) -> int:
    if as_json:
        print(json.dumps(report.as_json()))
    else:
        print("\n".join(report.script(allowed) if as_sql else report.lines()))
    return 1 if report.repaired else 0


def _id(project: Project, revision: str) -> str:
    script = project.script.get_revision(revision)
    return script.revision if script else revision
