"""The two schemas side by side, in the pieces in which they are repaired.

A column's default, a partition's place in its table and the members of an operator family are
objects of their own here: they come after things that come after the column, table or family.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from migrator.catalog import Catalog, Key, Object, Value
from migrator.repair import names

DEFAULT = "default value"
ATTACHMENT = "partition"
FAMILY_MEMBERS = "operator family members"

Objects = Mapping[Key, Object]


@dataclass(frozen=True)
class Work:
    """A piece of what is done to one object; see `Step`."""

    statements: tuple[str, ...]
    action: Literal["create", "alter", "drop", "rename", "validate"]
    transactional: bool = True
    loses: str | None = None
    note: str | None = None


@dataclass
class Sides:
    """`made` and `gone` are the objects that are created and dropped, `changed` the attributes."""

    wanted: Objects
    actual: Objects
    made: set[Key] = field(default_factory=set)
    gone: set[Key] = field(default_factory=set)
    changed: dict[Key, set[str]] = field(default_factory=dict)
    replaced: set[Key] = field(default_factory=set)
    """Types that columns have and tables that have rows: the old one stays until they moved."""

    @cached_property
    def children(self) -> dict[Key, list[Object]]:
        """The wanted objects that hang on each."""
        return _children(self.wanted)

    @cached_property
    def children_there(self) -> dict[Key, list[Object]]:
        return _children(self.actual)

    def columns(self, relation: Key) -> list[Object]:
        """The wanted columns of a table or view, in their order."""
        return _columns(self.children.get(relation, []))

    def columns_there(self, relation: Key) -> list[Object]:
        return _columns(self.children_there.get(relation, []))

    def is_new(self, relation: Key | None) -> bool:
        return relation is not None and relation in self.made

    def has_heirs(self, table: str) -> bool:
        """Whether any table inherits from it or is a partition of it, on either side."""
        return table in self._heirs

    @cached_property
    def has_maintain(self) -> bool:
        """Whether the server knows the privilege MAINTAIN (PostgreSQL 17)."""
        both = (one for side in (self.wanted, self.actual) for one in side.values())
        return any("MAINTAIN" in names.listed(o.attributes.get("grants to owner")) for o in both)

    @cached_property
    def _heirs(self) -> set[str]:
        both = ((side, key) for side in (self.wanted, self.actual) for key in side)
        return {
            table for side, key in both if key[0] in names.TABLES for table in inherits(side, key)
        }

    def above(self, column: Object, side: Objects) -> list[Object]:
        """The columns that a table's column is inherited from, on one side."""
        relation = names.relation_of(column)
        if relation is None:
            return []
        name = names.own_name(column)
        found = (("table column", f"{table}.{name}") for table in inherits(side, relation))
        return [side[key] for key in found if key in side]

    def counts_above(self, column: Object, side: Objects) -> bool:
        """Whether its identity is its table's: a partition has it from there (PostgreSQL 17)."""
        return "identity" in column.attributes and any(
            "identity" in one.attributes for one in self.above(column, side)
        )

    def follows(self, column: Object) -> bool:
        """Whether it does what its table inherits from does: the same before and afterwards."""
        relation = names.relation_of(column)
        if relation is None or relation in self.made or relation in self.gone:
            return False
        place = (ATTACHMENT, relation[1])
        if place in self.made or place in self.gone or "inherits" in self.changed.get(relation, ()):
            return False
        return bool(inherits(self.wanted, relation)) and bool(
            self.above(column, self.wanted) or self.above(column, self.actual)
        )


def inherits(side: Objects, relation: Key) -> list[str]:
    """The tables that a table inherits from or is a partition of."""
    place = side.get((ATTACHMENT, relation[1]))
    if place:
        return [names.text(place.attributes["of"])]
    return names.listed(side[relation].attributes.get("inherits")) if relation in side else []


def expanded(catalog: Catalog) -> dict[Key, Object]:
    """The objects of a catalog with defaults and attachments apart."""
    found: dict[Key, Object] = {}
    for one in catalog.objects.values():
        for piece in _pieces(one):
            found[piece.key] = piece
    return found


def _pieces(one: Object) -> Iterator[Object]:
    attributes = dict(one.attributes)
    if one.kind in names.COLUMNS and "default" in attributes:
        expression = attributes.pop("default")
        yield Object(
            DEFAULT,
            f"for {one.identity}",
            {"expression": expression},
            (one.key,),
            needs=one.default_needs,
        )
        yield replace(one, attributes=attributes, default_needs=())
    elif one.kind == "operator family" and "members" in attributes:
        yield Object(
            FAMILY_MEMBERS, one.identity, {"members": attributes.pop("members")}, (one.key,)
        )
        yield replace(one, attributes=attributes)
    elif one.kind in names.TABLES and "partition bound" in attributes:
        above = names.listed(attributes.pop("inherits"))[0]
        bound = attributes.pop("partition bound")
        table = one.parents[0]
        values: dict[str, Value] = {"of": above.removesuffix(" (detach pending)"), "bound": bound}
        if above.endswith(" (detach pending)"):
            values["detach pending"] = True
        yield Object(ATTACHMENT, one.identity, values, (one.key,), needs=(table,))
        yield replace(one, attributes=attributes, parents=())
    else:
        yield one


def piece_of(key: Key, attribute: str) -> tuple[Key, str]:
    """Where an attribute of a catalog's object is to be found among the pieces."""
    if key[0] in names.COLUMNS and attribute == "default":
        return (DEFAULT, f"for {key[1]}"), "expression"
    if key[0] == "operator family" and attribute == "members":
        return (FAMILY_MEMBERS, key[1]), attribute
    return key, attribute


def _children(side: Objects) -> dict[Key, list[Object]]:
    found: dict[Key, list[Object]] = {}
    for one in side.values():
        for parent in one.parents:
            found.setdefault(parent, []).append(one)
    return found


def _columns(children: list[Object]) -> list[Object]:
    found = [one for one in children if one.kind in names.COLUMNS]
    return sorted(found, key=lambda one: int(names.text(one.details["position"])))
