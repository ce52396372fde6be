"""The models against the revisions: both built in sandboxes, compared as PostgreSQL sees them."""

from collections.abc import Iterator

from migrator import errors
from migrator.builds import beside_others, by_models, by_revisions
from migrator.catalog import Catalog, differences, read
from migrator.errors import Finding
from migrator.project import Project, external, ours
from migrator.record import TOOLS_OWN

ROW_SECURITY = "row_security"
"""Key of a table's `info` under which it says why it needs no policies: `"none: <reason>"`."""


def find(project: Project) -> list[Finding]:
    with beside_others(project) as connection:
        by_models(project, connection)
        wanted = read(connection)
    with beside_others(project) as connection:
        by_revisions(project, connection)
        actual = read(connection)
    theirs = {*TOOLS_OWN, *external(project.metadata)}
    found = differences(wanted.without(theirs), actual.without(theirs))
    return [*map(errors.models_differ, found), *_without_policies(project, wanted)]


def _without_policies(project: Project, wanted: Catalog) -> Iterator[Finding]:
    """A table shows every row to whoever may read it, unless somebody has thought of that."""
    for table in sorted(ours(project.metadata)):
        if str(project.metadata.tables[table].info.get(ROW_SECURITY, "")).startswith("none: "):
            continue
        parts = wanted.only({table}).objects.values()
        enabled = any("row security" in part.attributes for part in parts)
        policies = sum(part.kind == "policy" for part in parts)
        if not enabled or not policies:
            yield errors.no_row_security(table, policies)
