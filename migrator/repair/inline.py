"""A column as CREATE TABLE and ADD COLUMN say it."""

from migrator.catalog import Object
from migrator.repair import names, options
from migrator.repair.sequences import identity_options
from migrator.repair.sides import DEFAULT, Sides


def inline(column: Object, sides: Sides) -> str:
    """The column in CREATE TABLE or ADD COLUMN, with its default where that needs nothing."""
    attributes = column.attributes
    words = [names.own_name(column), names.text(attributes["type"])]
    if column.kind == "foreign table column":
        words.append(options.foreign(attributes.get("server options")).strip())
    if "compression" in attributes:
        words.append(f"COMPRESSION {attributes['compression']}")
    if "collation" in attributes:
        words.append(f"COLLATE {attributes['collation']}")
    return " ".join(filter(None, [*words, _constrained(column, sides)]))


def of_typed(column: Object, sides: Sides) -> str | None:
    """The column in CREATE TABLE OF a type, where there is more to say than the type does."""
    said = _constrained(column, sides)
    return f"{names.own_name(column)} WITH OPTIONS {said}" if said else None


def _constrained(column: Object, sides: Sides) -> str:
    attributes, words = column.attributes, []
    if "generated" in attributes:
        words.append(_generated(column))
    elif "identity" in attributes:
        if not sides.counts_above(column, sides.wanted):
            words.append(identity(column, sides))
    elif default := _inline_default(column, sides):
        words.append(f"DEFAULT {default}")
    if attributes.get("not null"):
        words.append("NOT NULL")
    return " ".join(words)


def _generated(column: Object) -> str:
    expression, _, how = names.text(column.attributes["generated"]).rpartition(" ")
    return f"GENERATED ALWAYS AS ({expression}) {how.upper()}"


def identity(column: Object, sides: Sides) -> str:
    kind = names.text(column.attributes["identity"]).upper()
    return f"GENERATED {kind} AS IDENTITY{identity_options(column, sides)}"


def _inline_default(column: Object, sides: Sides) -> str | None:
    default = sides.wanted.get((DEFAULT, f"for {column.identity}"))
    if default is None or default.needs:
        return None
    return names.text(default.attributes["expression"])
