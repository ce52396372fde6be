"""Sequences, those of identity columns among them."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class Sequence(Kind):
    word = "SEQUENCE"
    grantable = "SEQUENCE"
    in_place = frozenset(
        {
            "cache",
            "cycle",
            "increment",
            "maximum",
            "minimum",
            "owned by",
            "start",
            "type",
            "unlogged",
        }
    )

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """A serial's sequence becomes no identity's, nor the other way round."""
        return ("identity" in wanted.details) != ("identity" in actual.details)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        of_identity = "identity" in one.details
        if not of_identity:
            unlogged = "UNLOGGED " if one.attributes.get("unlogged") else ""
            yield create(f"CREATE {unlogged}SEQUENCE {one.identity}{_options(one)}")
        owner = names.first(one.parents, ("table column",))
        if owner and not of_identity:
            yield create(f"ALTER SEQUENCE {one.identity} OWNED BY {one.attributes['owned by']}")
        relation = names.relation_of(sides.wanted[owner]) if owner else None
        if owner and relation and not sides.is_new(relation) and owner in sides.actual:
            yield create(after_the_last(one, sides.wanted[owner]))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        values = changed - {"owned by", "unlogged"}
        if values:
            yield alter(f"ALTER SEQUENCE {wanted.identity}{_options(wanted, values)}")
        if "unlogged" in changed:
            state = "UNLOGGED" if wanted.attributes.get("unlogged") else "LOGGED"
            yield alter(f"ALTER SEQUENCE {wanted.identity} SET {state}")
        if "owned by" in changed:
            owner = wanted.attributes.get("owned by", "NONE")
            yield alter(f"ALTER SEQUENCE {wanted.identity} OWNED BY {owner}")

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        column = names.first(one.parents, ("table column",))
        if "identity" not in one.details:
            yield Work((f"DROP SEQUENCE {one.identity}",), "drop")
        elif column and names.relation_of(sides.actual[column]) in sides.replaced:
            owner = sides.actual[column]
            table, name = names.table_of(owner), names.own_name(owner)
            yield Work((f"ALTER TABLE {table} ALTER COLUMN {name} DROP IDENTITY",), "drop")


def after_the_last(one: Object, column: Object) -> str:
    """Rows are there already, and the next one must not take a number of theirs."""
    largest = "max" if int(names.text(one.attributes["increment"])) > 0 else "min"
    name = names.own_name(column)
    return (
        f"SELECT pg_catalog.setval({names.literal(one.identity)}, {largest}({name}))"
        f" FROM {names.table_of(column)} HAVING count({name}) > 0"
    )


def identity_options(column: Object, sides: Sides) -> str:
    """What is said about its sequence: the name, and the values that are not the usual ones."""
    sequence = next(
        (one for one in sides.children.get(column.key, []) if one.kind == "sequence"), None
    )
    if sequence is None:
        return ""
    # Its type is the column's.
    chosen = _options(sequence).replace(f" AS {sequence.attributes['type']}", "", 1)
    said = f"SEQUENCE NAME {sequence.identity}{chosen}"
    return f" ({said})"


def _options(one: Object, only: set[str] | None = None) -> str:
    """The values that are not the usual ones, or those named."""
    values = one.attributes
    ascending = not names.text(values["increment"]).startswith("-")
    usual = {
        "type": "bigint",
        "increment": "1",
        "minimum": "1" if ascending else _bound(names.text(values["type"]), -1),
        "maximum": _bound(names.text(values["type"]), 1) if ascending else "-1",
        "start": names.text(values["minimum"] if ascending else values["maximum"]),
        "cache": "1",
    }
    words = {
        "type": "AS",
        "increment": "INCREMENT BY",
        "minimum": "MINVALUE",
        "maximum": "MAXVALUE",
        "start": "START WITH",
        "cache": "CACHE",
    }
    said = [
        f"{word} {values[name]}"
        for name, word in words.items()
        if (values[name] != usual[name] if only is None else name in only)
    ]
    if values.get("cycle"):
        said += ["CYCLE"] if only is None or "cycle" in only else []
    elif only and "cycle" in only:
        said.append("NO CYCLE")
    return "".join(f" {one}" for one in said)


def _bound(type_name: str, sign: int) -> str:
    bits = {"smallint": 15, "integer": 31, "bigint": 63}[type_name]
    return str(2**bits - 1 if sign > 0 else -(2**bits))
