"""Revisions of which nothing is known but their text: nobody has rehearsed them."""

from pathlib import Path

from migrator import errors
from migrator.errors import Finding
from migrator.project import Project
from migrator.render import measured


def find(project: Project) -> list[Finding]:
    """One that was rehearsed and then edited counts as one that was not."""
    stored = measured.load(project)
    return [
        errors.not_rehearsed(project.relative(Path(script.path)), edited=script.revision in stored)
        for script in measured.missing(project)
    ]
