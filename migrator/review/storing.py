"""Keeps what a review has measured: sql/MEASURED.json, and with it the heads of the files of sql/.

The files of revisions are summed up before they are rehearsed: what changes meanwhile counts as not
rehearsed.
"""

from migrator import render
from migrator.project import Project
from migrator.render import measured
from migrator.review.facts import facts
from migrator.review.review import Review


def unmeasured(project: Project) -> str | None:
    """The range from the first to the last revision that was not rehearsed as it is now."""
    missing = measured.missing(project)
    if not missing:
        return None
    return f"{missing[0].down_revision or 'base'}..{missing[-1].revision}"


def digests(project: Project) -> dict[str, str]:
    """The sum of each revision's file, by revision."""
    scripts = project.script.walk_revisions()
    return {script.revision: measured.digest_of(script) for script in scripts}


def store(project: Project, done: Review, sums: dict[str, str]) -> list[str]:
    """Store the facts and render sql/ with them. Returns the names of the files that changed."""
    measured.store(project, facts(done, sums))
    return [measured.NAME, *render.write(project)]
