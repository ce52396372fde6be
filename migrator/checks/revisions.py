"""The revisions against the rules of a revision."""

from migrator import errors
from migrator.errors import Finding
from migrator.lint import lint_project
from migrator.project import Project


def find(project: Project) -> list[Finding]:
    return [errors.rule_broken(one) for one in lint_project(project)]
