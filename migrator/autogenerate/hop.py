"""One revision as data: the schema before it and the schema after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from migrator.catalog import Catalog, Key, Object

GRANTS = "grants to "
ROW_SECURITY = ("row security", "row security forced")


@dataclass(frozen=True)
class Backfill:
    """Old rows of a new column get what new ones get by themselves: `expression`."""

    table: str
    column: str
    expression: str


@dataclass(frozen=True)
class Hop:
    """What one revision does. Its downgrade is the same, the other way round."""

    before: Catalog
    after: Catalog
    renamed: Mapping[Key, Key] = field(default_factory=dict)
    """Names before, by names after."""
    backfill: Backfill | None = None
    """Done after everything else of `before` to `after`, by the upgrade; see `undoes`."""
    undoes: bool = False
    """It is the other way round of an addition: the backfill belongs to its downgrade."""

    def reversed(self) -> "Hop":
        return replace(
            self,
            before=self.after,
            after=self.before,
            renamed={before: after for after, before in self.renamed.items()},
            undoes=not self.undoes,
        )


def same(one: Object | None, two: Object | None) -> bool:
    """Whether they are equal as schemas are; columns may have other places."""
    if one is None or two is None:
        return one is two
    return one.attributes == two.attributes and one.parents == two.parents


class Walk:
    """A way through schemas, hop by hop."""

    def __init__(self, start: Catalog) -> None:
        self.at = start
        self.hops: list[Hop] = []

    def add(
        self,
        changed: Iterable[Object] = (),
        gone: Iterable[Key] = (),
        renamed: Mapping[Key, Key] | None = None,
        backfill: Backfill | None = None,
    ) -> None:
        """Go on to the schema with these objects as they are here, and without those."""
        objects = {**self.at.objects, **{one.key: one for one in changed}}
        for key in gone:
            objects.pop(key, None)
        if backfill or not equal(objects, self.at.objects):
            after = Catalog(objects)
            self.hops.append(Hop(self.at, after, renamed or {}, backfill))
            self.at = after

    def now(self, key: Key) -> Object:
        return self.at.objects[key]


def equal(one: Mapping[Key, Object], two: Mapping[Key, Object]) -> bool:
    return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)


def with_attributes(one: Object, source: Object, names: Iterable[str]) -> Object:
    """The object with these attributes, and what is not compared, as `source` has them."""
    attributes = dict(one.attributes)
    for name in names:
        attributes.pop(name, None)
        if name in source.attributes:
            attributes[name] = source.attributes[name]
    return replace(source, attributes=attributes, parents=one.parents)


def is_security(name: str) -> bool:
    """Whether an attribute says who may do what."""
    return name.startswith(GRANTS) or name in ROW_SECURITY


def without_security(one: Object) -> Object:
    """The object as it is for its owner alone, as it is created."""
    kept = {
        name: value
        for name, value in one.attributes.items()
        if not is_security(name) or name == f"{GRANTS}owner"
    }
    return replace(one, attributes=kept)
