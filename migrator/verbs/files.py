"""The verbs that read and write the project's files: sql, check, lint."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from migrator import checks, errors, render
from migrator.cli import verb
from migrator.lint import RULES, lint_project
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


@verb
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rules", is_flag=True, help="List the rules instead.")
def lint(project: Project, as_json: bool, files: tuple[Path, ...], rules: bool) -> int:
    """Hold revisions (FILES, or all) against the rules, a line each: path:line: id message.

    Reads the files and asks no database: for editors and pre-commit hooks. `check` does it too.
    """
    if rules:
        told = {one.id: one.demands for one in RULES}
        print(json.dumps(told) if as_json else "\n".join(f"{k}  {v}" for k, v in told.items()))
        return 0
    for file in files:
        if not file.is_file():
            raise errors.no_such_revision_file(str(file))
    found = lint_project(project, files)
    if as_json:
        print(json.dumps([asdict(one) for one in found]))
    else:
        print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0
