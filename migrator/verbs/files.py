"""The verbs that read and write the project's files: sql, check."""

import json
from dataclasses import asdict

import click

from migrator import checks, render
from migrator.cli import verb
from migrator.project import Project


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
