"""The two schemas that are compared: what the models describe, and what the revisions build."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from migrator import builds
from migrator.autogenerate.writing import Facts
from migrator.catalog import Catalog, Key, read
from migrator.project import Project, external, ours
from migrator.record import TOOLS_OWN

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def of_models(project: Project) -> tuple[Catalog, Facts]:
    """What `create_all` makes in a sandbox, with what happens after it (`event.listen`)."""
    with builds.beside_others(project) as connection:
        builds.by_models(project, connection)
        catalog = seen(project, connection)
    return catalog, Facts(_wording(project.metadata, catalog))


@contextmanager
def by_revisions(project: Project) -> Iterator[sa.Connection]:
    """A sandbox at head. Raises MigratorError naming the revision that does not run."""
    with builds.beside_others(project) as connection:
        builds.by_revisions(project, connection)
        yield connection


def seen(project: Project, connection: sa.Connection) -> Catalog:
    """The schema of a sandbox, without what belongs to others or to the tool."""
    return read(connection).without(theirs(project))


def theirs(project: Project) -> set[str]:
    """The tables that are not compared."""
    return {*TOOLS_OWN, *external(project.metadata)}


def _wording(metadata: sa.MetaData, catalog: Catalog) -> dict[tuple[Key, str], str]:
    """Conditions of CHECKs: PostgreSQL's own words say the same with more casts."""
    found: dict[tuple[Key, str], str] = {}
    for name in ours(metadata):
        table = metadata.tables[name]
        for one in table.constraints:
            # An expression of SQLAlchemy has no words of its own.
            if isinstance(one, sa.CheckConstraint) and isinstance(one.sqltext, sa.TextClause):
                if one.name is None:
                    continue
                key = "table constraint", f"{_full_name(one)} on public.{table.name}"
                if key in catalog.objects:
                    definition = str(catalog.objects[key].attributes["definition"])
                    found[key, definition] = one.sqltext.text
    return found


def _full_name(one: sa.CheckConstraint) -> str:
    # Isolated from its table, it would not be created with it any more.
    written = sa.schema.AddConstraint(one, isolate_from_table=False).compile(dialect=_DIALECT)
    return str(written).split(" CONSTRAINT ")[1].split(" CHECK ")[0].strip('"')
