"""Renames: what looks like one is asked about, since dropping and adding would lose the rows.

On a terminal one answers there; elsewhere `alembic -x rename=tasks.title:headline` says it is one,
`-x rename=labels:tags` the same of a table, and `-x rename=no` that nothing is.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click
import sqlalchemy as sa

from migrator import errors
from migrator.autogenerate.hop import Hop
from migrator.autogenerate.names import bare, hanging_on, last, parts, table_of
from migrator.catalog import Catalog, Key, Object, read
from migrator.ops import sql

GIVEN = "migrator.renames"
"""Attribute of the Config: answers as `-x rename=` takes them, for callers without `alembic -x`."""
NONE = "no"


@dataclass(frozen=True, order=True)
class Rename:
    """A table, or a column of one, under its name before and its name afterwards."""

    before: Key
    after: Key

    @property
    def option(self) -> str:
        return f"{bare(self.before[1])}:{last(self.after[1])}"

    @property
    def statement(self) -> str:
        names = [sql.name(name) for name in parts(self.before[1])]
        if self.before[0] == "table":
            return f"ALTER TABLE {'.'.join(names)} RENAME TO {sql.name(last(self.after[1]))}"
        table, new = ".".join(names[:-1]), sql.name(last(self.after[1]))
        return f"ALTER TABLE {table} RENAME COLUMN {names[-1]} TO {new}"


def settle(actual: Catalog, wanted: Catalog, given: Sequence[str]) -> list[Rename]:
    """The renames that somebody has said are some.

    Raises Refused when nobody can be asked, and MigratorError for an answer that fits nothing.
    """
    possible = list(_tables(actual, wanted))
    taken = {key for one in possible for key in (one.before, one.after)}
    possible += [one for one in _columns(actual, wanted) if taken.isdisjoint(_tables_of(one))]
    chosen = [one for one in possible if one.option in given]
    if unknown := set(given) - {NONE} - {one.option for one in chosen}:
        raise errors.no_such_rename(sorted(unknown), [one.option for one in possible])
    for one in possible:
        used = {key for other in chosen for key in (other.before, other.after)}
        if NONE in given or not used.isdisjoint((one.before, one.after)):
            continue
        if not sys.stdin.isatty():
            raise errors.rename_or_not(bare(one.before[1]), bare(one.after[1]), one.option)
        question = f'was {one.before[0]} "{bare(one.before[1])}" renamed to "{last(one.after[1])}"?'
        if click.confirm(question, err=True):
            chosen.append(one)
    return sorted(chosen, key=lambda one: (one.before[0] != "table", one))


def apply(
    connection: sa.Connection, actual: Catalog, renames: Sequence[Rename], theirs: set[str]
) -> list[Hop]:
    """Rename in the sandbox, so that PostgreSQL itself changes every text with the name in it."""
    hops: list[Hop] = []
    for one in renames:
        connection.exec_driver_sql(one.statement)
        after = read(connection).without(theirs)
        hops.append(Hop(actual, after, {one.after: one.before}))
        actual = after
    return hops


def _tables(actual: Catalog, wanted: Catalog) -> Iterator[Rename]:
    """A table that is gone and a new one, with at least half of their columns the same."""
    gone, new = _apart(actual, wanted, "table")
    for before in gone:
        for after in new:
            one, two = _shape(actual, before), _shape(wanted, after)
            if len(one & two) * 2 >= max(len(one), len(two)):
                yield Rename(before.key, after.key)


def _columns(actual: Catalog, wanted: Catalog) -> Iterator[Rename]:
    """A column that is gone and a new one of the same table and type."""
    gone, new = _apart(actual, wanted, "table column")
    for before in gone:
        for after in new:
            types = (before.attributes["type"], after.attributes["type"])
            if table_of(before) == table_of(after) and types[0] == types[1]:
                yield Rename(before.key, after.key)


def _apart(actual: Catalog, wanted: Catalog, kind: str) -> tuple[list[Object], list[Object]]:
    """The objects of a kind that only one of the two has."""

    def only(here: Catalog, there: Catalog) -> list[Object]:
        found = (one for key, one in sorted(here.objects.items()) if key not in there.objects)
        return [one for one in found if one.kind == kind]

    return only(actual, wanted), only(wanted, actual)


def _shape(catalog: Catalog, table: Object) -> set[tuple[str, str]]:
    columns = hanging_on(catalog, table.identity, "table column")
    return {(last(one.identity), str(one.attributes["type"])) for one in columns}


def _tables_of(one: Rename) -> set[Key]:
    return {("table", ".".join(parts(key[1])[:-1])) for key in (one.before, one.after)}
