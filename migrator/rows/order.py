"""The order in which tables are filled, so that what a row refers to is there before it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from migrator.rows.shape import ForeignKey, Table


@dataclass(frozen=True)
class Step:
    """Fill a table; `without` keys when the table they refer to comes later.

    `final` is the last step of the table: the others only fill a part of it. Keys in `promised`
    cannot be NULL: until the final step they refer to what is not there.
    """

    table: Table
    without: tuple[ForeignKey, ...] = ()
    promised: tuple[ForeignKey, ...] = ()
    final: bool = True


def order(tables: Mapping[int, Table], chosen: Collection[int]) -> list[Step]:
    """The steps for the chosen tables, of which none is partitioned."""
    edges = {
        oid: {
            target: [key for key in tables[oid].keys if target in leaves(tables, key.target)]
            for key in tables[oid].keys
            for target in leaves(tables, key.target)
            if target in chosen and target != oid
        }
        for oid in tables  # whose order is that of the names, in every database the same
        if oid in chosen
    }
    places = {oid: place for place, oid in enumerate(tables)}
    dropped: dict[int, list[ForeignKey]] = {}
    while True:
        graph = {oid: sorted(targets, key=places.__getitem__) for oid, targets in edges.items()}
        try:
            sequence = list(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            circle: list[int] = error.args[1]
            # graphlib lists each table before one that refers to it.
            links = list(zip(circle[1:], circle, strict=False))
            child, target = next(
                (
                    one
                    for one in links
                    if all(map(tables[one[0]].may_be_null, edges[one[0]][one[1]]))
                ),
                links[0],
            )
            dropped.setdefault(child, []).extend(edges[child].pop(target))
    promised = {
        oid: tuple(key for key in keys if not tables[oid].may_be_null(key))
        for oid, keys in dropped.items()
    }
    first = [
        Step(tables[oid], tuple(dropped.get(oid, ())), promised.get(oid, ()), oid not in dropped)
        for oid in sequence
    ]
    last = [Step(tables[oid], (), promised[oid]) for oid in sequence if oid in dropped]
    return first + last


def leaves(tables: Mapping[int, Table], oid: int) -> list[int]:
    """The tables that hold the rows: the table itself, or all partitions below it."""
    if tables[oid].kind != "p":
        return [oid]
    below = [one.oid for one in tables.values() if one.parent == oid]
    return [leaf for one in below for leaf in leaves(tables, one)]


def with_targets(tables: Mapping[int, Table], chosen: Collection[int]) -> set[int]:
    """The tables, and all that they refer to, however far."""
    found: set[int] = set()
    left = list(chosen)
    while left:
        oid = left.pop()
        for one in leaves(tables, oid):
            if one not in found:
                found.add(one)
                left += [key.target for key in tables[one].keys]
    return found
