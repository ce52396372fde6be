"""The models against the revisions: both built in sandboxes, compared as PostgreSQL sees them."""

from collections.abc import Iterator
from pathlib import Path

from migrator import errors, runner
from migrator.autogenerate import schemas
from migrator.builds import beside_others, by_revisions
from migrator.catalog import Catalog, Difference, differences
from migrator.errors import Finding
from migrator.project import Project, ours

ROW_SECURITY = "row_security"
"""Key of a table's `info` under which it says why it needs no policies: `"none: <reason>"`."""


def find(project: Project) -> list[Finding]:
    wanted, _ = schemas.of_models(project)
    with schemas.by_revisions(project) as connection:
        actual = schemas.seen(project, connection)
    found = differences(wanted, actual)
    origins = _origins(project, found) if found else {}
    differing = (errors.models_differ(one, origins.get(one)) for one in found)
    return [*differing, *_without_policies(project, wanted)]


def _origins(project: Project, found: list[Difference]) -> dict[Difference, str]:
    """For what the revisions build, the file of the one that made it as it is."""
    origins: dict[Difference, str] = {}
    before: dict[Difference, str | None] = dict.fromkeys(found)
    with beside_others(project) as connection:
        for script in runner.pending(project, None):
            by_revisions(project, connection, script.revision)
            there = schemas.seen(project, connection)
            for one in found:
                now = _value(there, one)
                if now is not None and now != before[one]:
                    origins[one] = Path(script.path).name
                before[one] = now
    return origins


def _value(catalog: Catalog, difference: Difference) -> str | None:
    """What a difference is about, as a schema has it; None when it has no such thing."""
    one = catalog.objects.get((difference.kind, difference.object))
    if one is None or not difference.attribute:
        return None if one is None else ""
    value = one.attributes.get(difference.attribute)
    return None if value is None else str(value)


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
