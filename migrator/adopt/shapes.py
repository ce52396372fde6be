"""What the first revision and the last one make, built in a throwaway database and read back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from alembic import command

from migrator import errors
from migrator.builds import beside_others, by_revisions
from migrator.catalog import Catalog, Object, read
from migrator.environment import LOCKED
from migrator.project import Project
from migrator.record import TOOLS_OWN

_FOREIGN_KEY = re.compile(r"FOREIGN KEY \((.+?)\) REFERENCES (.+?)\((.+?)\)")


@dataclass(frozen=True)
class ForeignKey:
    """A key of `table`; names as SQL writes them, several columns joined by ", "."""

    table: str
    columns: str
    target: str
    target_columns: str


@dataclass(frozen=True)
class Shapes:
    """The tables of this project, without owners, as its baseline and its head make them."""

    revision: str
    baseline: Catalog
    head: Catalog

    @cached_property
    def tables(self) -> list[str]:
        """The tables of the baseline by their full names, such as `public.tasks`."""
        return tables(self.baseline)

    @cached_property
    def later_tables(self) -> list[str]:
        """The tables that head has and the baseline has not."""
        return sorted(set(tables(self.head)) - set(self.tables))

    @cached_property
    def retyped(self) -> set[tuple[str, str]]:
        """Columns, as (table, column), whose type a later revision changes."""
        return {
            (table, name)
            for table in self.tables
            for name, column in columns(self.baseline, table).items()
            if (later := columns(self.head, table).get(name))
            and later.attributes["type"] != column.attributes["type"]
        }

    @cached_property
    def new_keys(self) -> list[ForeignKey]:
        """The foreign keys that later revisions add to tables of the baseline."""
        return [
            key
            for one in hanging(self.head, "table constraint", self.tables)
            if one.key not in self.baseline.objects and (key := foreign_key(one))
        ]


def build(project: Project) -> Shapes:
    """Run the project's revisions in a sandbox. Roles that they make stay in its server."""
    revision = project.script.get_base()
    if revision is None:
        raise errors.no_revisions()
    with beside_others(project) as connection:
        theirs = {*tables(read(connection)), *TOOLS_OWN}
        # Nobody else knows the sandbox, so there is nobody to lock out.
        handed_in = {"connection": connection, LOCKED: True}
        project.config.attributes.update(handed_in)
        command.upgrade(project.config, revision)
        baseline = read(connection)
        by_revisions(project, connection)
        head = read(connection)
    shapes = (one.without_owners().without(theirs) for one in (baseline, head))
    return Shapes(revision, *shapes)


def tables(catalog: Catalog) -> list[str]:
    """The full names of the catalog's tables."""
    return sorted(identity for kind, identity in catalog.objects if kind == "table")


def columns(catalog: Catalog, table: str) -> dict[str, Object]:
    """The columns of a table by name, as SQL writes it."""
    return {
        one.identity.removeprefix(f"{table}."): one
        for one in hanging(catalog, "table column", [table])
    }


def hanging(catalog: Catalog, kind: str, on: list[str]) -> Iterator[Object]:
    """The objects of a kind that hang directly on one of the tables."""
    owners = {("table", table) for table in on}
    for (its_kind, _), one in sorted(catalog.objects.items()):
        if its_kind == kind and not owners.isdisjoint(one.parents):
            yield one


def table_of(one: Object) -> str:
    """The table that a column, constraint, index, trigger … hangs on."""
    return next(identity for kind, identity in one.parents if kind == "table")


def definition(one: Object) -> str:
    """PostgreSQL's own text of a constraint, an index, a view …"""
    return str(one.attributes["definition"])


def foreign_key(constraint: Object) -> ForeignKey | None:
    """The constraint as a foreign key, None if it is something else."""
    found = _FOREIGN_KEY.match(definition(constraint))
    return ForeignKey(table_of(constraint), *found.groups()) if found else None
