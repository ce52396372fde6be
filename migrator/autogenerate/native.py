"""`alembic revision --autogenerate` and `alembic check`, on a sandbox instead of a database."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.plugins import Plugin

from migrator.autogenerate import plugin, renames, schemas
from migrator.project import Project


def run(environment: EnvironmentContext, project: Project, options: dict[str, Any]) -> None:
    """Run it on a sandbox at head: no database is asked, and none has to be up to date."""
    given = environment.get_x_argument(as_dictionary=False)
    answers = [one.removeprefix("rename=") for one in given if one.startswith("rename=")]
    project.config.attributes.setdefault(renames.GIVEN, answers)
    with _quietly(), _in_its_place(environment), schemas.by_revisions(project) as connection:
        environment._install_proxy()
        environment.configure(
            connection=connection,
            autogenerate_plugins=[plugin.NAME],
            process_revision_directives=plugin.split,
            **{**options, plugin.PROJECT: project},
        )
        environment.run_migrations()


@contextmanager
def _in_its_place(environment: EnvironmentContext) -> Iterator[None]:
    """Put it back as `alembic.context`: the revisions are run by an environment of their own."""
    try:
        yield
    finally:
        environment._install_proxy()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a line for every revision that the sandbox gets."""
    # Not through the logger's own level: the environment inside reads alembic.ini again.
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


Plugin.setup_plugin_from_module(sys.modules[plugin.__name__], plugin.NAME)
