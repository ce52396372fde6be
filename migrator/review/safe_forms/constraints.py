"""Constraints: promised for new rows first, proved for the old ones in a later transaction."""

from collections.abc import Sequence

from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form

_LATER = "in a later transaction"


def promised(name: str, table: str, definition: str) -> Form:
    """NOT VALID, then VALIDATE."""
    return form(
        Part((f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID",)),
        Part(
            (f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",),
            ops=(f'ops.validate_constraint("{names.unquoted(name)}", "{_short(table)}")',),
            when=_LATER,
        ),
    )


check = foreign_key = promised


def unique(name: str, table: str, definition: str) -> Form:
    """Its index first."""
    return _using_index(name, table, "UNIQUE", definition)


def primary_key(name: str, table: str, definition: str) -> Form:
    return _using_index(name, table, "PRIMARY KEY", definition)


def _using_index(name: str, table: str, kind: str, definition: str) -> Form:
    columns = names.columns(definition)
    call = "add_unique" if kind == "UNIQUE" else "add_primary_key"
    listed = ", ".join(f'"{names.unquoted(one)}"' for one in columns)
    plainly = f'ops.{call}("{names.unquoted(name)}", "{_short(table)}", [{listed}])'
    keys = definition.removeprefix(kind).strip()
    nulls = " NULLS NOT DISTINCT" if keys.startswith("NULLS NOT DISTINCT") else ""
    return form(
        Part(
            (
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table}"
                f" {keys.removeprefix('NULLS NOT DISTINCT').strip()}{nulls}",
            ),
            transaction=False,
            ops=(plainly,),
        ),
        Part(
            (f"ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {name}",),
            when=_LATER,
            ops=("# done by the call above",),
        ),
    )


def exclusion(name: str, table: str, definition: str) -> Form:
    """There is no form of it that lets others write meanwhile; this one bounds the wait."""
    return form(
        Part(
            (
                "SET LOCAL lock_timeout = '2s'",
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
            ),
            when="in a quiet hour, or on a new table that takes the old one's place",
        )
    )


def not_null(table: str, columns: Sequence[str], version: int) -> Form:
    """Promised, proved, then made: the proof spares SET NOT NULL the reading."""
    calls = tuple(f'ops.set_not_null("{_short(table)}", "{names.unquoted(c)}")' for c in columns)
    promise, prove, make = [], [], []
    for column in columns:
        name = names.suffixed(names.last(table), f"_{names.unquoted(column)}_not_null")
        add = f"ALTER TABLE {table} ADD CONSTRAINT {name}"
        prove.append(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        if version >= 18:
            promise.append(f"{add} NOT NULL {column} NOT VALID")
            continue
        promise.append(f"{add} CHECK ({column} IS NOT NULL) NOT VALID")
        make.append(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")
        make.append(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return form(
        Part(tuple(promise), ops=calls),
        Part(tuple(prove), when=_LATER, ops=("# done by the call above",)),
        Part(tuple(make), when=_LATER, ops=("# done by the call above",)) if make else None,
    )


def domain(identity: str, definition: str) -> Form:
    """`identity` is `pct_range on public.pct`."""
    name, type_ = names.on(identity)
    return form(
        Part((f"ALTER DOMAIN {type_} ADD CONSTRAINT {name} {definition} NOT VALID",)),
        *domain_validated(identity).parts,
    )


def domain_validated(identity: str) -> Form:
    """There is no form of VALIDATE that lets writers go on."""
    name, type_ = names.on(identity)
    return form(
        Part(
            (f"ALTER DOMAIN {type_} VALIDATE CONSTRAINT {name}",),
            when="in a quiet hour: it stops writers of every such table while it reads",
        ),
    )


def _short(table: str) -> str:
    return names.unquoted(table.removeprefix("public."))
