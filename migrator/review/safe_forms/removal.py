"""Things taken away after nobody uses them any more."""

from collections.abc import Sequence

from migrator.catalog import Difference
from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form

_UNUSED = "once no running release uses {}, and a backup is made"


def column(table: str, name: str) -> Form:
    """Writers may leave it out first; it goes when no release reads it."""
    return form(
        Part((f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL",)),
        Part(
            (f"ALTER TABLE {table} DROP COLUMN {name}",),
            when=_UNUSED.format("it"),
        ),
    )


def table(name: str) -> Form:
    """Out of the way under another name first, so that there is a way back."""
    quoted = names.suffixed(names.last(name), "_unused")
    schema = names.without_last(name)
    return form(
        Part((f"ALTER TABLE {name} RENAME TO {quoted}",), when=_UNUSED.format("it")),
        Part((f"DROP TABLE {schema}.{quoted}",), when="some days later"),
    )


def tables(listed: Sequence[str]) -> Form:
    drops = tuple(f"DROP TABLE {one}" for one in listed)
    return form(Part(drops, when=_UNUSED.format("them")))


def by_name(lost: Sequence[Difference], statement: str) -> Form:
    """Each dependent dropped by its own name, so that a reader sees it; then the thing itself."""
    drops = tuple(_drop(one) for one in lost)
    without = statement.replace(" CASCADE", "").replace(" cascade", "")
    return form(Part((*drops, without)))


def _drop(one: Difference) -> str:
    if one.attribute == "default":
        table_, column_ = names.without_last(one.object), names.last(one.object)
        return f"ALTER TABLE {table_} ALTER COLUMN {column_} DROP DEFAULT"
    if one.kind == "table column":
        return f"ALTER TABLE {names.without_last(one.object)} DROP COLUMN {names.last(one.object)}"
    if one.kind == "table constraint":
        name, table_ = names.on(one.object)
        return f"ALTER TABLE {table_} DROP CONSTRAINT {name}"
    if one.kind in ("trigger", "policy", "rule"):
        name, table_ = names.on(one.object)
        return f"DROP {one.kind.upper()} {name} ON {table_}"
    return f"DROP {one.kind.upper()} {one.object}"


def replaced(kind: str, identity: str, definition: str) -> Form:
    """A new one of the same name within the same transaction, or none before nobody uses it."""
    drop = f"DROP {kind.upper()} {identity}"
    if kind in ("view", "materialized view") and definition:
        again = f"CREATE {kind.upper()} {identity} AS\n{definition.rstrip().rstrip(';')}"
        return form(Part((drop, again), when="in one transaction, with all its columns"))
    return form(Part((drop,), when=_UNUSED.format("it")))
