"""What every verb of the command line shares: its options, and how a mistake is told.

Exit status: 0 done, 1 findings or refused, 2 could not run.
"""

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from alembic.util import CommandError

from migrator import __version__, errors
from migrator.project import Project

Verb = Callable[..., int | None]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="migrator")
def main() -> None:
    """Change a PostgreSQL schema safely."""


def verb(function: Verb) -> click.Command:
    """A verb takes the project, and `as_json` for machines; its number is the exit status."""

    @functools.wraps(function)
    def with_project(config: Path, database_url: str | None, **options: Any) -> int | None:
        return function(Project.load(config, database_url), **options)

    return verb_anywhere(with_project)


def verb_anywhere(function: Verb) -> click.Command:
    """A verb that takes `config` and `database_url` themselves: it may do without a project."""

    @main.command(function.__name__.rstrip("_"), help=function.__doc__)
    @click.option(
        "-c", "--config", default="alembic.ini", envvar="ALEMBIC_CONFIG", help="alembic.ini"
    )
    @click.option("--database-url", help="Instead of DATABASE_URL.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
    @click.option("--debug", is_flag=True, help="Show tracebacks.")
    @functools.wraps(function)
    def command(
        config: str, database_url: str | None, debug: bool, as_json: bool, **options: Any
    ) -> None:
        try:
            status = function(
                config=Path(config), database_url=database_url, as_json=as_json, **options
            )
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
