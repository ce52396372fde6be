"""A schema as data: objects by name, what each hangs on, and parts of the whole."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

Key = tuple[str, str]
"""Kind and identity as pg_identify_object gives them: ("table column", "public.tasks.title")."""

Value = str | bool | list[str]
"""One attribute. What is not set, or not applicable, is absent rather than None."""

UNREADABLE = ["(not readable)"]
"""The options of somebody else's user mapping: no reason to call them different."""

RELATIONS = frozenset({"table", "foreign table", "view", "materialized view"})
OWNER = "grants to owner"

_Test = Callable[["Object"], bool]


@dataclass(frozen=True)
class Object:
    """One object of a schema.

    `parents` are the objects that it cannot outlive: a column's table, a partition's index's table
    and index above it. A dropped parent takes it along, without a word of its own.

    The rest is no part of the schema and is not compared: it is what one must know to make the
    object again. `details` are facts such as a column's place; `needs` are the objects that
    must be there before it, `default_needs` those that only a column's default needs.
    """

    kind: str
    identity: str
    attributes: Mapping[str, Value]
    parents: tuple[Key, ...] = ()
    details: Mapping[str, Value] = field(default_factory=dict)
    needs: tuple[Key, ...] = ()
    default_needs: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.identity


def differing(one: Object, two: Object) -> set[str]:
    """The names of the attributes in which two states of an object are not the same."""
    pairs = (
        (name, one.attributes.get(name), two.attributes.get(name))
        for name in one.attributes.keys() | two.attributes.keys()
    )
    return {name for name, a, b in pairs if a != b and UNREADABLE not in (a, b)}


@dataclass(frozen=True)
class Catalog:
    """The objects of one database by key, in no order that means anything."""

    objects: Mapping[Key, Object]

    @classmethod
    def of(cls, objects: Iterable[Object]) -> "Catalog":
        return cls({one.key: one for one in objects})

    def only(self, tables: Collection[str], kinds: Collection[str] = ()) -> "Catalog":
        """The named tables with all that hangs on them.

        `tables` are names as "tasks" (in public) or "auth.user"; quotes make no difference.
        Objects of the `kinds` ("function", "type", "view") that hang on no table stay too.
        """
        wanted = _plain(tables)
        return self._where(
            lambda one: (
                self._hangs_on(one, wanted)
                or any(top.kind in kinds for top in self._line(one) if not top.parents)
            )
        )

    def without(self, tables: Collection[str]) -> "Catalog":
        """All but the named tables (see `only`) and what hangs on them."""
        unwanted = _plain(tables)
        return self._where(lambda one: not self._hangs_on(one, unwanted))

    def without_owners(self) -> "Catalog":
        """The same schema reached by another role: no owners, nor what they may do themselves.

        Default privileges of a role that owns a table here become those of role "owner".
        """
        return Catalog.of(_anonymous(one, self._owners) for one in self.objects.values())

    @cached_property
    def _owners(self) -> frozenset[str]:
        return frozenset(
            str(one.attributes["owner"])
            for one in self.objects.values()
            if "owner" in one.attributes and one.kind in RELATIONS
        )

    def _where(self, keep: _Test) -> "Catalog":
        return Catalog({key: one for key, one in self.objects.items() if keep(one)})

    def _line(self, one: Object) -> Iterator[Object]:
        """The object itself and all above it."""
        yield one
        for parent in one.parents:
            if parent in self.objects:
                yield from self._line(self.objects[parent])

    def _hangs_on(self, one: Object, tables: frozenset[str]) -> bool:
        return any(
            above.kind in RELATIONS and _unquoted(above.identity) in tables
            for above in self._line(one)
        )


def _unquoted(identity: str) -> str:
    return identity.replace('"', "")


def _plain(tables: Collection[str]) -> frozenset[str]:
    names = {_unquoted(table) for table in tables}
    return frozenset(name if "." in name else f"public.{name}" for name in names)


def _anonymous(one: Object, owners: frozenset[str]) -> Object:
    attributes = {k: v for k, v in one.attributes.items() if k not in {"owner", OWNER}}
    role = one.attributes.get("owner")
    identity = one.identity
    if one.kind == "default privileges" and role in owners:
        identity = identity.replace(f"for role {role}", "for role owner", 1)
    return replace(one, attributes=attributes, identity=identity)
