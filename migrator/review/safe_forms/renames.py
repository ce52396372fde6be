"""New names beside the old ones, until nobody uses these."""

from collections.abc import Sequence

from migrator.catalog import Catalog
from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form

_UNUSED = "once no running release uses the old name"


def column(before: Catalog, table: str, old: str, new: str) -> Form:
    found = before.objects.get(("table column", f"{table}.{old}"))
    type_ = str(found.attributes.get("type", "text")) if found else "text"
    batch = f"SELECT ctid FROM {table} WHERE {new} IS DISTINCT FROM {old} LIMIT 1000"
    return form(
        Part(
            (f"ALTER TABLE {table} ADD COLUMN {new} {type_}",),
            when="and a release that writes both columns",
        ),
        Part(
            (f"UPDATE {table} SET {new} = {old} WHERE ctid = ANY (ARRAY({batch}))",),
            when="in batches, each in a transaction of its own, until no row is left",
        ),
        Part((f"ALTER TABLE {table} DROP COLUMN {old}",), when=_UNUSED),
    )


def table(statement: str, old: str, new: str) -> Form:
    return form(
        Part((statement, f"CREATE VIEW {old} AS SELECT * FROM {new}")),
        Part((f"DROP VIEW {old}",), when=_UNUSED),
    )


def schema(statement: str, old: str, new: str, tables: Sequence[str]) -> Form:
    views = tuple(f"CREATE VIEW {one} AS SELECT * FROM {new}.{names.last(one)}" for one in tables)
    return form(
        Part((statement, f"CREATE SCHEMA {old}", *views)),
        Part((*(f"DROP VIEW {one}" for one in tables), f"DROP SCHEMA {old}"), when=_UNUSED),
    )


def label(type_: str, new: str) -> Form:
    quoted = new.replace("'", "''")
    return form(
        Part(
            (f"ALTER TYPE {type_} ADD VALUE '{quoted}'",),
            when="and move the rows in a later revision, in batches",
        )
    )
