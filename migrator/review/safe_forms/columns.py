"""Columns added without copying a table, and filled in batches."""

import re

from migrator.review.rules import names
from migrator.review.safe_forms.constraints import promised, unique
from migrator.review.safe_forms.form import Form, Part, form

Facts = dict[str, str]

_BATCHES = "in batches, each in a transaction of its own, until no row is left"


def _add(table: str, column: str, facts: Facts, *, keep: tuple[str, ...] = ()) -> str:
    collation = f" COLLATE {facts['collation']}" if "collation" in facts else ""
    default = f" DEFAULT {facts['default']}" if "default" in keep and "default" in facts else ""
    required = " NOT NULL" if default and facts.get("not null") == "yes" else ""
    return f"ALTER TABLE {table} ADD COLUMN {column} {facts['type']}{collation}{required}{default}"


def _fill(table: str, column: str, value: str) -> Part:
    batch = f"SELECT ctid FROM {table} WHERE {column} IS NULL LIMIT 1000 FOR UPDATE SKIP LOCKED"
    return Part(
        (f"UPDATE {table} SET {column} = {value} WHERE ctid = ANY (ARRAY({batch}))",),
        when=_BATCHES,
    )


def default_later(table: str, column: str, facts: Facts) -> Form:
    """New rows get the default at once, old ones by and by."""
    default = f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {facts['default']}"
    return form(Part((_add(table, column, facts), default)), _fill(table, column, facts["default"]))


def generated(table: str, column: str, facts: Facts) -> Form:
    expression = facts["generated"].removesuffix(" stored")
    # The expression stands in parentheses already, except where it is a single word.
    within = expression if expression.startswith("(") else f"({expression})"
    statement = f"{_add(table, column, facts)} GENERATED ALWAYS AS {within} VIRTUAL"
    return form(Part((statement,), when="PostgreSQL 18; before, use a view"))


def sequence(table: str, column: str, facts: Facts) -> Form:
    name = names.suffixed(names.last(table), f"_{names.unquoted(column)}_seq")
    own = f"{names.without_last(table)}.{name}"
    number = f"nextval('{own}')"
    return form(
        Part(
            (
                f"CREATE SEQUENCE {own}",
                _add(table, column, facts),
                f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {number}",
                f"ALTER SEQUENCE {own} OWNED BY {table}.{column}",
            )
        ),
        _fill(table, column, number),
    )


def base_type(table: str, column: str, facts: Facts) -> Form:
    """What the domain is based on, and its rules as a constraint of the table, proved later."""
    add = Part((_add(table, column, facts | {"type": facts["base"]}, keep=("default",)),))
    rules = re.sub(r"\bVALUE\b", lambda _: column, facts.get("rules", ""))
    if not rules:
        return form(add)
    return form(add, *promised(names.suffixed(column, "_ok"), table, f"CHECK ({rules})").parts)


def bare_first(table: str, column: str, facts: Facts, name: str, definition: str) -> Form:
    """The column, then its constraint as it would be added to one that is there."""
    add = Part((_add(table, column, facts, keep=("default",)),))
    later = unique if definition.startswith("UNIQUE") else promised
    return form(add, *later(name, table, definition).parts)


def required(table: str, column: str, facts: Facts) -> Form:
    add = _add(table, column, facts)
    return form(
        Part((add,), when="nullable, until every release that is running fills it"),
    )
