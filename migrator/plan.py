"""What an upgrade would do, before it does it."""

from dataclasses import dataclass

from migrator.connection import connect
from migrator.project import Project
from migrator.render import split
from migrator.report import offline
from migrator.runner import current, pending, title


@dataclass(frozen=True)
class Planned:
    """One pending revision with the statements that it would run."""

    revision: str
    title: str
    statements: list[str]


def plan(project: Project, target: str = "head") -> list[Planned]:
    """What `upgrade` would run, revision by revision. Changes nothing."""
    with connect(project.url) as connection:
        waiting = pending(project, current(connection), target)
    return [
        Planned(script.revision, title(script), split(offline(project, "upgrade", script)))
        for script in waiting
    ]
