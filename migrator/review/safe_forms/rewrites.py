"""Other types and other places without copying a table while it is locked."""

import re
from collections.abc import Iterator, Sequence

from migrator.catalog import Catalog, Difference
from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form
from migrator.review.safe_forms.indexes import concurrently


def new_column(table: str, column: str, type_: str) -> Form:
    """A second column that both releases write, which then takes the first one's place."""
    new = names.suffixed(column, "_new")
    batch = f"SELECT ctid FROM {table} WHERE {new} IS DISTINCT FROM {column}::{type_} LIMIT 1000"
    return form(
        Part(
            (f"ALTER TABLE {table} ADD COLUMN {new} {type_}",),
            when="and a release that writes both columns",
        ),
        Part(
            (f"UPDATE {table} SET {new} = {column}::{type_} WHERE ctid = ANY (ARRAY({batch}))",),
            when="in batches, each in a transaction of its own, until no row is left",
        ),
        Part(
            (f"ALTER TABLE {table} DROP COLUMN {column}",),
            when="once no release uses the old column",
        ),
    )


def _alter(table: str, changes: Sequence[Difference]) -> str:
    said = []
    for one in changes:
        if one.attribute == "type":
            column = names.last(one.object)
            collations = [
                c.actual for c in changes if c.object == one.object and c.attribute == "collation"
            ]
            collation = f" COLLATE {collations[0]}" if collations and collations[0] else ""
            said.append(f"ALTER COLUMN {column} TYPE {one.actual}{collation}")
    return f"ALTER TABLE {table} {', '.join(said)}" if said else ""


def without_indexes(
    before: Catalog, table: str, indexes: Sequence[str], changes: Sequence[Difference]
) -> Form | None:
    """Drop the indexes, change the type, build them again: each without stopping anybody."""
    definitions = [
        str(found.attributes["definition"])
        for index in indexes
        if (found := before.objects.get(("index", index)))
    ]
    alter = _alter(table, changes)
    if len(definitions) != len(indexes) or not alter:
        return None
    builds = [concurrently(definition).parts[0].sql[0] for definition in definitions]
    drops = tuple(f"DROP INDEX CONCURRENTLY {index}" for index in indexes)
    return form(
        Part(drops, transaction=False),
        Part((alter,)),
        Part(tuple(builds), transaction=False),
    )


def without_checks(before: Catalog, table: str, changes: Sequence[Difference]) -> Form | None:
    """Take the checks away, change the type, promise them again, prove them later."""
    checks = list(_checks(before, table, [names.last(one.object) for one in changes]))
    alter = _alter(table, changes)
    if not checks or not alter:
        return None
    drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name, _ in checks]
    add = [f"ALTER TABLE {table} ADD CONSTRAINT {n} {text} NOT VALID" for n, text in checks]
    prove = [f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}" for name, _ in checks]
    return form(Part((*drop, alter, *add)), Part(tuple(prove), when="in a later transaction"))


def _checks(before: Catalog, table: str, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for (kind, identity), one in before.objects.items():
        name, owner = names.on(identity)
        definition = str(one.attributes.get("definition", ""))
        check = kind == "table constraint" and owner == table and definition.startswith("CHECK")
        if check and any(names.mentions(definition, column) for column in columns):
            yield name, definition


def new_generated(table: str, column: str, type_: str, expression: str) -> Form:
    """A plain column beside the first one, computed in batches."""
    text = re.sub(r" (stored|virtual)$", "", expression)
    new = names.suffixed(column, "_new")
    batch = f"SELECT ctid FROM {table} WHERE {new} IS DISTINCT FROM {text} LIMIT 1000"
    return form(
        Part(
            (f"ALTER TABLE {table} ADD COLUMN {new} {type_}",),
            when="and a release, or a trigger, that writes it",
        ),
        Part(
            (f"UPDATE {table} SET {new} = {text} WHERE ctid = ANY (ARRAY({batch}))",),
            when="in batches, each in a transaction of its own, until no row is left",
        ),
    )


def outside_tool(relation: str) -> Form:
    """PostgreSQL has no form of it that lets others work meanwhile; an extension has."""
    table = names.unquoted(relation.removeprefix("public."))
    return form(
        Part(
            ("SET LOCAL lock_timeout = '2s'",),
            when=f"pg_repack --table={table}, or in a quiet hour with a lock_timeout",
        )
    )


def refresh(before: Catalog, view: str) -> Form:
    """CONCURRENTLY needs a unique index without a condition."""
    unique = any(
        kind == "index"
        and str(one.attributes.get("definition", "")).startswith("CREATE UNIQUE")
        and names.indexed_table(str(one.attributes["definition"])) == view
        for (kind, _), one in before.objects.items()
    )
    statement = f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}"
    return form(Part((statement,), when="" if unique else "after a unique index on it was built"))
