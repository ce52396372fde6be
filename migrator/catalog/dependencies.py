"""Which objects must be there before which: pg_depend, told by the objects of the catalog.

pg_depend knows more objects than we do: a view's rule, a column's default, an array type, the
index of a constraint. Each is spoken for by the object that it is a part of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrator.catalog.model import Key, Object

Address = tuple[int, int, int]
"""Class, oid and part (a column's number) as in pg_depend."""

# PostgreSQL's own objects need no mention: they are always there.
SQL = """
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype::text,
    classid = 'pg_attrdef'::regclass, refclassid = 'pg_publication'::regclass
FROM pg_depend
WHERE refobjid >= 16384 AND objid >= 16384
    AND classid <> 'pg_trigger'::regclass OR classid = 'pg_trigger'::regclass AND deptype <> 'i'
"""

_PART_OF = frozenset("ie")  # internal, and a member of an extension


def added(
    objects: Mapping[Address, Object],
    edges: Iterable[tuple[int, int, int, int, int, int, str, bool, bool]],
) -> Iterator[Object]:
    """The objects with what they need."""
    edges = list(edges)
    speaks = _Speakers(objects, edges)
    needs: dict[Address, set[Key]] = {}
    default_needs: dict[Address, set[Key]] = {}
    for *pair, _, is_default, _ in edges:
        who, whom = speaks.of((pair[0], pair[1], pair[2])), speaks.of((pair[3], pair[4], pair[5]))
        if who is None or whom is None or who == whom:
            continue
        of_default = is_default and "default" in objects[who].attributes
        (default_needs if of_default else needs).setdefault(who, set()).add(objects[whom].key)
    for address, one in objects.items():
        own = needs.get(address, set()) - {one.key, *one.parents}
        yield replace(
            one,
            needs=tuple(sorted(own)),
            default_needs=tuple(sorted(default_needs.get(address, set()) - {one.key})),
        )


class _Speakers:
    """Finds the object that speaks for an address."""

    def __init__(
        self,
        objects: Mapping[Address, Object],
        edges: Iterable[tuple[int, int, int, int, int, int, str, bool, bool]],
    ) -> None:
        self._objects = objects
        self._whole: dict[tuple[int, int], Address] = {}
        for c, o, _, rc, ro, rs, kind, is_default, to_publication in edges:
            if kind in _PART_OF or (is_default and kind == "a") or to_publication:
                self._whole.setdefault((c, o), (rc, ro, rs))

    def of(self, address: Address) -> Address | None:
        for _ in range(8):  # a part of a part of a part
            if address in self._objects:
                return address
            whole = (address[0], address[1], 0)
            if whole in self._objects:
                return whole
            above = self._whole.get((address[0], address[1]))
            if above is None:
                return None
            address = above
        return None
