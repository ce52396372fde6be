"""One look at a database: what there is, what is wanted, and ways to ask for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from migrator.adopt.shapes import Shapes, columns
from migrator.catalog import Catalog, Object, read

Orphans = Literal["refuse", "quarantine"]


@dataclass(frozen=True)
class Options:
    """What whoever adopts has decided.

    `legacy_timezone` is the zone in which the old code wrote times without one; `orphans` says what
    becomes of rows whose key would point at nothing.
    """

    legacy_timezone: str | None = None
    orphans: Orphans = "refuse"


@dataclass(frozen=True)
class Look:
    """Everything that a check needs. `live` is without owners, as the shapes are."""

    connection: sa.Connection
    shapes: Shapes
    options: Options
    live: Catalog

    @classmethod
    def at(cls, connection: sa.Connection, shapes: Shapes, options: Options) -> "Look":
        return cls(connection, shapes, options, read(connection).without_owners())

    def rows(self, query: str, **parameters: object) -> Sequence[Any]:
        """Run a query whose parameters are written as `:name`."""
        return self.connection.execute(sa.text(query), parameters).all()

    def count(self, table: str, condition: str) -> int:
        """How many rows of a table meet a condition in SQL."""
        query = f"SELECT count(*) FROM {table} AS t WHERE {condition}"
        return int(self.scalar(query))

    def readable(self, table: str) -> bool:
        """Whether this role may read the table at all."""
        return bool(self.rows("SELECT has_table_privilege(:table, 'SELECT')", table=table)[0][0])

    def scalar(self, query: str) -> Any:
        """The one value of a query that is run exactly as it is written."""
        return run(self.connection, query).scalar_one()

    def columns(self, table: str) -> dict[str, Object]:
        return columns(self.live, table)

    def type_of(self, table: str, column: str) -> str | None:
        """The column's type as PostgreSQL writes it, None without such a column."""
        found = self.columns(table).get(column)
        return str(found.attributes["type"]) if found else None

    def head_column(self, table: str, column: str) -> Object | None:
        return columns(self.shapes.head, table).get(column)

    def naive(self, table: str) -> list[str]:
        """Columns without a time zone that a later revision gives one."""
        return [
            name
            for name, one in self.columns(table).items()
            if (table, name) in self.shapes.retyped
            and _is_naive(str(one.attributes["type"]))
            and (later := self.head_column(table, name))
            and str(later.attributes["type"]).endswith("with time zone")
        ]


def run(connection: sa.Connection, statement: str) -> sa.CursorResult[Any]:
    """Execute a statement in which no character stands for a parameter."""
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _is_naive(type_: str) -> bool:
    return type_.startswith("timestamp") and type_.endswith("without time zone")


def shown(identity: str) -> str:
    """A name for a sentence: without quotes, and without the schema that everybody means."""
    return identity.replace('"', "").removeprefix("public.")
