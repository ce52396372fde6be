"""Indexes without stopping an application."""

import re
from collections.abc import Sequence

from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form

_DEFINITION = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX (?P<name>\S+) ON (?:ONLY )?(?P<table>\S+)"
    r" USING (?P<method>\w+) \((?P<columns>[\w\", ]+)\)(?P<rest>.*)$",
    re.DOTALL,
)
_INDEX = re.compile(r"^CREATE (UNIQUE )?INDEX ")


def concurrently(definition: str) -> Form:
    """The index of a definition as pg_get_indexdef writes it."""
    statement = _INDEX.sub(_concurrently, definition.replace(" ON ONLY ", " ON "))
    return form(Part((statement,), transaction=False, ops=_ops(definition)))


def _concurrently(found: re.Match[str]) -> str:
    return f"CREATE {found[1] or ''}INDEX CONCURRENTLY "


def _ops(definition: str) -> tuple[str, ...]:
    """The same by migrator.ops, where that is one plain call."""
    found = _DEFINITION.match(definition)
    if not found or found["rest"]:
        return ()
    table = names.unquoted(found["table"].removeprefix("public."))
    if "." in table:
        return ()
    columns = [names.unquoted(one) for one in found["columns"].split(", ")]
    unique = ", unique=True" if found["unique"] else ""
    method = "" if found["method"] == "btree" else f', postgresql_using="{found["method"]}"'
    listed = ", ".join(f'"{one}"' for one in columns)
    name = names.unquoted(found["name"])
    return (f'ops.create_index_concurrently("{name}", "{table}", [{listed}]{unique}{method})',)


def partitioned(definition: str, partitions: Sequence[str]) -> Form:
    """One index on each partition, then the parent's out of them."""
    definition = definition.replace(" ON ONLY ", " ON ")
    table = names.indexed_table(definition)
    name = definition.partition(" INDEX ")[2].split(" ", 1)[0]
    only = definition.replace(f" ON {table} ", f" ON ONLY {table} ")
    inside = f"{names.without_last(table)}."
    builds, attaches = [], []
    for partition in partitions:
        own = names.suffixed(names.last(partition), f"_{names.unquoted(name)}")
        on_partition = definition.replace(f" ON {table} ", f" ON {partition} ")
        on_partition = on_partition.replace(f"INDEX {name} ", f"INDEX CONCURRENTLY {own} ", 1)
        builds.append(on_partition)
        schema = f"{names.without_last(partition)}."
        attaches.append(f"ALTER INDEX {inside}{name} ATTACH PARTITION {schema}{own}")
    return form(Part((only,)), Part(tuple(builds), transaction=False), Part(tuple(attaches)))


def reindex(index: str) -> Form:
    name = names.unquoted(names.last(index))
    return form(
        Part(
            (f"REINDEX INDEX CONCURRENTLY {index}",),
            transaction=False,
            ops=(f'ops.reindex_concurrently("{name}")',),
        )
    )


def drop(index: str, *, partitioned: bool) -> Form:
    """PostgreSQL refuses CONCURRENTLY for an index on a partitioned table."""
    if partitioned:
        return form(Part(("SET LOCAL lock_timeout = '2s'", f"DROP INDEX {index}")))
    name = names.unquoted(names.last(index))
    return form(
        Part(
            (f"DROP INDEX CONCURRENTLY IF EXISTS {index}",),
            transaction=False,
            ops=(f'ops.drop_index_concurrently("{name}")',),
        )
    )


def repair(index: str) -> Form:
    """Rebuilds it, and so makes it valid; a unique one once its duplicates are gone."""
    return reindex(index)
