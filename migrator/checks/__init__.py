"""What `make check` looks at. Each check takes the project and returns what it found, in words."""

from collections.abc import Callable

from migrator.checks import catalogs, history, measured, revisions, sql
from migrator.errors import Finding
from migrator.project import Project

__all__ = ["CHECKS", "Check", "Finding", "check"]

Check = Callable[[Project], list[Finding]]

CHECKS: list[Check] = [revisions.find, sql.find, measured.find, catalogs.find]


def check(project: Project) -> list[Finding]:
    """Everything that is wrong; empty when nothing is.

    Nothing can be rendered or built from a broken history, so what is wrong with it comes alone.
    Raises MigratorError when a revision does not run.
    """
    return history.find(project) or [finding for one in CHECKS for finding in one(project)]
