"""Types that columns have and tables that have rows, made anew without losing a value."""

from collections.abc import Iterator

from migrator.catalog import Key
from migrator.repair import names
from migrator.repair.choice import Choice
from migrator.repair.kind import alter
from migrator.repair.kinds import KINDS
from migrator.repair.sequences import after_the_last
from migrator.repair.sides import Sides, Work
from migrator.repair.types import attributes_of, waits_as_text


def replacing(phase: str, key: Key, choice: Choice) -> Iterator[Work]:
    """Out of the way, made anew, and the old one dropped when its values have moved."""
    sides = choice.sides
    actual = sides.actual[key]
    word = KINDS[key[0]].word
    aside = names.quote(f"{names.plain(names.last(key[1]))}_replaced"[:63])
    old = f"{names.schema(key[1])}.{aside}"
    if key[0] == "type" and waits_as_text(actual):
        yield from _by_text(phase, key, choice)
    elif phase == "drop":
        yield alter(f"ALTER {word} {key[1]} RENAME TO {aside}")
        multirange = names.text(actual.attributes.get("multirange"))
        if multirange:
            name = names.quote(f"{names.plain(names.last(multirange))}_replaced"[:63])
            yield alter(f"ALTER TYPE {multirange} RENAME TO {name}")
    elif phase == "make":
        yield from KINDS[key[0]].created(sides.wanted[key], sides)
    elif key[0] == "type":
        yield from _retyped(key, choice)
        word = "DOMAIN" if actual.attributes["sort"] == "domain" else "TYPE"
        yield Work((f"DROP {word} {old}",), "drop")
    else:
        there = {names.own_name(one) for one in sides.columns_there(key)}
        kept = [
            names.own_name(one)
            for one in sides.columns(key)
            if "generated" not in one.attributes and names.own_name(one) in there
        ]
        if kept:
            listed = ", ".join(kept)
            into = f"INSERT INTO {key[1]} ({listed}) OVERRIDING SYSTEM VALUE"
            yield alter(f"{into} SELECT {listed} FROM {old}")
        for column in sides.columns(key):
            for one in sides.children.get(column.key, []):
                if one.kind == "sequence":
                    yield alter(after_the_last(one, column))
        yield Work((f"DROP TABLE {old}",), "drop")


def _by_text(phase: str, key: Key, choice: Choice) -> Iterator[Work]:
    """The functions of a range type bear its name, and nothing renames them with it."""
    if phase == "drop":
        for column in choice.columns_of(key):
            name = names.own_name(column)
            yield alter(
                f"ALTER TABLE {names.table_of(column)} ALTER COLUMN {name} TYPE text"
                f" USING {name}::text"
            )
        yield Work((f"DROP TYPE {key[1]}",), "drop")
    elif phase == "make":
        yield from KINDS[key[0]].created(choice.sides.wanted[key], choice.sides)
    else:
        yield from _retyped(key, choice)


def _retyped(key: Key, choice: Choice) -> Iterator[Work]:
    """The columns of a type move to the new one by their text."""
    for column in choice.columns_of(key):
        name = names.own_name(column)
        type_ = names.text(choice.sides.wanted[column.key].attributes["type"])
        value = _value(name, type_, key, choice.sides)
        table = names.table_of(column)
        yield alter(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {type_} USING {value}")


def _value(column: str, type_: str, key: Key, sides: Sides) -> str:
    """A composite value attribute by attribute: its text has as many as there were."""
    wanted, there = (attributes_of(side[key]) for side in (sides.wanted, sides.actual))
    if not wanted or type_ != key[1]:
        return f"{column}::text::{type_}"
    values = ", ".join(f"({column}).{name}::text" if name in there else "NULL" for name in wanted)
    return f"CASE WHEN {column} IS DISTINCT FROM NULL THEN ROW({values})::{type_} END"
