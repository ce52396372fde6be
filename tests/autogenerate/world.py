"""A small schema, and ways to change it as a model would: columns, constraints, statements."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Change = Callable[[sa.MetaData], None]


def world() -> sa.MetaData:
    """Two tables, one with a key to the other."""
    metadata = sa.MetaData(naming_convention=CONVENTION)
    sa.Table(
        "owners",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("name"),
    )
    sa.Table(
        "items",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("tags", sa.ARRAY(sa.Text)),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"]),
    )
    return metadata


def changed(*changes: Change) -> sa.MetaData:
    metadata = world()
    for change in changes:
        change(metadata)
    return metadata


def all_of(*changes: Change) -> Change:
    def change(metadata: sa.MetaData) -> None:
        for one in changes:
            one(metadata)

    return change


def column(name: str, *arguments: Any, table: str = "items", **options: Any) -> Change:
    """Add a column, or put another one in the place of the one of that name."""

    def change(metadata: sa.MetaData) -> None:
        made = [one.copy() if isinstance(one, sa.Column) else one for one in arguments]
        metadata.tables[table].append_column(
            sa.Column(name, *made, **options), replace_existing=True
        )

    return change


def constraint(make: Callable[[], sa.Constraint], table: str = "items") -> Change:
    return lambda metadata: metadata.tables[table].append_constraint(make())


def index(
    name: str, *expressions: str, table: str = "items", unique: bool = False, **options: Any
) -> Change:
    """Column names, or SQL where it is more than a name."""

    def change(metadata: sa.MetaData) -> None:
        owner = metadata.tables[table]
        keys = [owner.c[e] if e in owner.c else sa.text(e) for e in expressions]
        made = sa.Index(name, *keys, unique=unique, **options)
        if made.table is None:
            owner.append_constraint(made)

    return change


def table(name: str, *parts: Callable[[], Any], **options: Any) -> Change:
    def change(metadata: sa.MetaData) -> None:
        sa.Table(name, metadata, *(part() for part in parts), **options)

    return change


def of_table(name: str, **attributes: Any) -> Change:
    """Set attributes of a table: a comment, options of the dialect."""

    def change(metadata: sa.MetaData) -> None:
        owner = metadata.tables[name]
        for attribute, value in attributes.items():
            if attribute.startswith("postgresql_"):
                owner.kwargs[attribute] = value
            else:
                setattr(owner, attribute, value)

    return change


def ddl(*statements: str, first: bool = False) -> Change:
    """What create_all executes after its tables (or before them), as models do with listeners."""

    def change(metadata: sa.MetaData) -> None:
        moment = "before_create" if first else "after_create"

        @event.listens_for(metadata, moment)
        def execute(_target: sa.MetaData, connection: sa.Connection, **_: Any) -> None:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    return change
