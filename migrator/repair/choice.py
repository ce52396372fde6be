"""What is made, what is changed in place, what is dropped, and what must go with it."""

from collections.abc import Iterator
from functools import cached_property

from migrator.catalog import Key, Object, differing
from migrator.repair import names
from migrator.repair.kinds import KINDS
from migrator.repair.sides import DEFAULT, Sides
from migrator.repair.types import waits_as_text

_BOUND_TO_TYPE = frozenset(
    {
        "view",
        "materialized view",
        "rule",
        "policy",
        "trigger",
        "publication",
        "function",
        "procedure",
    }
)
"""What PostgreSQL lets nobody change a column's type under."""

_INDEXED = frozenset({"index", "table constraint", "statistics object"})
"""What can do with another type of the same sort, but perhaps not with text."""

_KEPT = frozenset({"table", "table column", "sequence", "schema", "extension"})
"""What is not made anew for the sake of something else: it has rows, or much hangs on it."""


class Choice:
    """Fills `sides.made`, `.gone` and `.changed`; `causes` tells why what is not different is."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.causes: dict[Key, Key] = {}
        wanted, actual = sides.wanted, sides.actual
        sides.made.update(wanted.keys() - actual.keys())
        sides.gone.update(actual.keys() - wanted.keys())
        for key in wanted.keys() & actual.keys():
            changed = differing(wanted[key], actual[key])
            if changed:
                sides.changed[key] = changed
        for key in sorted(sides.changed):
            self._rebuild_if_needed(key)
        for key in sorted(sides.changed):
            self._renumber(key)
        for key in sorted(sides.gone):
            self._take_along(key)
        for key in sorted(sides.changed):
            self._clear_the_way(key)

    @cached_property
    def dependents(self) -> dict[Key, list[Object]]:
        """The actual objects that need each, or hang on it."""
        found: dict[Key, list[Object]] = {}
        for one in self.sides.actual.values():
            for key in {*one.needs, *one.parents}:
                found.setdefault(key, []).append(one)
        return found

    def _rebuild_if_needed(self, key: Key) -> None:
        sides = self.sides
        if key in sides.gone or key not in sides.changed:
            return
        wanted, actual = sides.wanted[key], sides.actual[key]
        if KINDS[key[0]].rebuilds(wanted, actual, sides.changed[key], sides):
            self._rebuild(key)

    def _rebuild(self, key: Key, cause: Key | None = None) -> None:
        sides = self.sides
        if cause is not None and key not in sides.changed:
            self.causes.setdefault(key, cause)
        sides.gone.add(key)
        sides.made.add(key)
        sides.changed.pop(key, None)
        if key[0] == "type" and any(True for _ in self.columns_of(key)):
            self.sides.replaced.add(key)
            as_text = waits_as_text(sides.actual[key])
            for column in self.columns_of(key):
                self._disturb(column, _INDEXED if as_text else frozenset())
        if key[0] == "table" and "partitioned by" not in sides.actual[key].attributes:
            self.sides.replaced.add(key)

    def _renumber(self, key: Key) -> None:
        """A serial's sequence becomes no identity's, nor the other way round."""
        sides = self.sides
        if key[0] != "table column" or "identity" not in sides.changed.get(key, ()):
            return
        for one in sides.children.get(key, []):
            there = sides.actual.get(one.key)
            same = there and there.details.get("identity") == one.details.get("identity")
            if one.kind == "sequence" and there and not same:
                self._rebuild(one.key, key)

    def columns_of(self, type_: Key) -> Iterator[Object]:
        """The stored columns of a type."""
        for one in self.dependents.get(type_, []):
            generated = "generated" in one.attributes
            if one.kind == "table column" and one.key in self.sides.wanted and not generated:
                yield one

    def _take_along(self, key: Key) -> None:
        """Rebuild what cannot stay while the object is dropped."""
        waiting = [key]
        while waiting:
            above = waiting.pop()
            for one in self.dependents.get(above, []):
                if one.key in self.sides.gone or not self._must_go(one, above):
                    continue
                self._rebuild(one.key, above)
                waiting.append(one.key)

    def _must_go(self, one: Object, above: Key) -> bool:
        sides = self.sides
        wanted = sides.wanted[one.key]
        if above in one.parents and above in sides.made:
            return True
        still = above in wanted.needs or above in wanted.parents
        anew = any(p in sides.gone & sides.made for p in sides.actual[above].parents)
        if one.key in sides.changed and not (still or anew):
            return False  # changed so that it does without
        if above in self.sides.replaced and one.kind == "table column":
            return "generated" in one.attributes
        return one.kind not in _KEPT or "generated" in one.attributes

    def _clear_the_way(self, key: Key) -> None:
        """Rebuild what PostgreSQL does not let a change pass."""
        changed = self.sides.changed.get(key, set())
        if key[0] in names.COLUMNS and changed & {"type", "collation", "generated"}:
            self._disturb(self.sides.actual[key])

    def _disturb(self, column: Object, also: frozenset[str] = frozenset()) -> None:
        for one in self.dependents.get(column.key, []):
            if one.key in self.sides.gone:
                continue
            redefined = "definition" in self.sides.changed.get(one.key, ())
            generated = "generated" in one.attributes
            bound = one.kind in {DEFAULT, *_BOUND_TO_TYPE, *also}
            if bound or redefined or generated:
                self._rebuild(one.key, column.key)
                self._take_along(one.key)


def relation_name(one: Object) -> str | None:
    """The name that an object occupies among the tables, views, indexes and types of a schema."""
    if one.kind in {*names.RELATIONS, "index", "sequence", "type"}:
        return one.identity
    if one.kind == "table constraint":
        definition = str(one.attributes["definition"])
        if definition.startswith(("PRIMARY KEY", "UNIQUE", "EXCLUDE")):
            return f"{names.schema(names.table_of(one))}.{names.own_name(one)}"
    return None
