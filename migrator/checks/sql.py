"""sql/ against the revisions: stale files, and revisions that changed after they were rendered."""

from collections.abc import Iterator

from migrator import errors
from migrator.errors import Finding
from migrator.project import Project
from migrator.render import checksums, stale


def find(project: Project) -> list[Finding]:
    found = list(_changed_revisions(project))
    folder = project.relative(project.path("sql_location"))
    if names := stale(project):
        found.append(errors.sql_stale(folder, names))
    return found


def _changed_revisions(project: Project) -> Iterator[Finding]:
    """One that is not in CHECKSUMS is new, and no finding of its own: it makes sql/ stale."""
    recorded = checksums.committed(project)
    for path in checksums.history(project):
        name = project.relative(path)
        if name in recorded and recorded[name] != checksums.digest(path.read_bytes()):
            yield errors.revision_edited(name)
    for name in recorded:
        if name.endswith(".py") and not (project.folder / name).exists():
            yield errors.revision_gone(name)
