"""The order in which things are dropped, changed and made."""

import heapq
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from migrator.catalog import Key, Object
from migrator.repair import names
from migrator.repair.choice import Choice, relation_name
from migrator.repair.kinds import RANK
from migrator.repair.sides import ATTACHMENT, DEFAULT, Sides

Node = tuple[Literal["drop", "make", "finish"], Key]
_ROUTINES = frozenset({"function", "procedure", "aggregate"})


def ordered(choice: Choice) -> list[Node]:
    """Every drop and every making, each after what it has to wait for."""
    sides = choice.sides
    nodes: set[Node] = {("drop", key) for key in sides.gone}
    nodes |= {("make", key) for key in sides.made | sides.changed.keys()}
    nodes |= {("finish", key) for key in choice.sides.replaced}
    waits: dict[Node, set[Node]] = {node: set() for node in nodes}
    for before, after in _edges(choice):
        if before in nodes and after in nodes and before != after:
            waits[after].add(before)
    return list(_sorted(waits))


def goes_along(key: Key, sides: Sides) -> bool:
    """Whether a dropped parent takes it along; of a replaced one it must go before."""
    one = sides.actual[key]
    if key[0] in {ATTACHMENT, "user mapping"}:
        return False  # DROP SERVER takes none along
    if any(need in sides.gone and need not in one.parents for need in _of_others(one, sides)):
        return False  # two tables may refer to each other
    for parent in one.parents:
        table = _top(parent, sides)
        if parent in sides.gone and (table not in sides.replaced or key[0] not in _NAMED):
            return True
    return False


def _of_others(one: Object, sides: Sides) -> Iterator[Key]:
    """What a foreign key, a policy or a rule needs of other tables."""
    kinds: tuple[str, ...] = {
        "table constraint": ("table constraint", "index"),
        "policy": (*names.RELATIONS, *names.COLUMNS),
        "rule": (*names.RELATIONS, *names.COLUMNS),
    }.get(one.kind, ())
    for need in one.needs:
        if need[0] in kinds and _top(need, sides) not in one.parents:
            yield need


_NAMED = frozenset({"table constraint", "index", "statistics object", "sequence", DEFAULT})
"""What hangs on a table and would keep its name from the new one."""


def _top(key: Key, sides: Sides) -> Key:
    """The table of a column, or the object itself."""
    relation = names.relation_of(sides.actual[key])
    return relation if key[0] in names.COLUMNS and relation else key


def _carrier(key: Key, sides: Sides) -> Key:
    """The object with whose DROP it goes."""
    while goes_along(key, sides):
        key = next(parent for parent in sides.actual[key].parents if parent in sides.gone)
    return key


def _edges(choice: Choice) -> Iterator[tuple[Node, Node]]:
    sides = choice.sides
    for key in sides.made | sides.changed.keys():
        for need in _needs(sides.wanted[key], sides):
            yield ("make", need), ("make", key)
    yield from _drops(sides)
    for key in sides.gone & sides.made:
        yield ("drop", key), ("make", key)
    for key in sides.changed:
        for need in (*sides.actual[key].needs, *sides.actual[key].parents):
            # It lets go of what is dropped afterwards.
            yield ("make", key), ("drop", need)
        for one in choice.dependents.get(key, []):
            yield ("drop", one.key), ("make", key)
    yield from _names_free(sides)
    yield from _replacing(choice)
    yield from _bodies(sides)
    yield from _moving(choice)


def _drops(sides: Sides) -> Iterator[tuple[Node, Node]]:
    """What needs something goes first; in truth it goes when its table does, if that takes it."""
    carriers = {key: _carrier(key, sides) for key in sides.gone}
    for key, carrier in carriers.items():
        for need in (*sides.actual[key].needs, *sides.actual[key].parents):
            yield ("drop", key), ("drop", need)
        for need in sides.actual[key].needs:
            if carriers.get(need, need) != carrier:
                yield ("drop", carrier), ("drop", need)


def _needs(one: Object, sides: Sides) -> Iterable[Key]:
    yield from one.needs
    yield from one.parents
    if one.kind in names.TABLES and one.key in sides.made:
        for column in sides.columns(one.key):
            own = {one.key, *(other.key for other in sides.columns(one.key))}
            yield from (need for need in column.needs if need not in own)
            yield from (parent for parent in column.parents if parent not in own)
    if one.kind == ATTACHMENT:
        # Its own indexes and constraints are found and taken over by the table's.
        table = ("table", one.identity)
        for child in sides.children.get(table, []):
            if child.kind in {"table column", "table constraint", "index"}:
                yield child.key
    if one.kind == "trigger" and names.first(one.parents, ("trigger",)):
        yield ATTACHMENT, names.table_of(one)


def _names_free(sides: Sides) -> Iterator[tuple[Node, Node]]:
    """What is dropped before something else takes its name."""
    leaving: dict[str, list[Key]] = {}
    for key in sides.gone:
        for name in _claims(sides.actual[key]):
            leaving.setdefault(name, []).append(key)
    for key in sides.made:
        for name in _claims(sides.wanted[key]):
            for other in leaving.get(name, []):
                yield ("drop", other), ("make", key)


def _claims(one: Object) -> Iterator[str]:
    relation = relation_name(one)
    if relation:
        yield relation
    if one.kind in _ROUTINES:
        yield f"routine {one.identity}"
    if one.kind == "table constraint":
        yield one.identity


def _replacing(choice: Choice) -> Iterator[tuple[Node, Node]]:
    for key in choice.sides.replaced:
        yield ("make", key), ("finish", key)
        for one in choice.dependents.get(key, []):
            yield ("drop", one.key), ("drop", key)
        for one in choice.sides.children.get(key, []):
            yield ("make", one.key), ("finish", key)
        if key[0] == "type":
            for column in choice.columns_of(key):
                for one in choice.dependents.get(column.key, []):
                    yield ("drop", one.key), ("drop", key)
                    yield ("drop", one.key), ("make", key)
                    yield ("finish", key), ("make", one.key)
        else:
            for one in choice.sides.wanted.values():
                if one.kind == ATTACHMENT and one.attributes["of"] == key[1]:
                    yield ("make", one.key), ("finish", key)


def _bodies(sides: Sides) -> Iterator[tuple[Node, Node]]:
    """A body that is text names what it needs; PostgreSQL looks at it all the same."""
    made = {
        names.plain(names.last(key[1].partition("(")[0])): key
        for key in sides.made
        if key[0] in {*names.RELATIONS, *_ROUTINES}
    }
    for key in sides.made | sides.changed.keys():
        one = sides.wanted[key]
        if one.kind in _ROUTINES and one.details.get("text"):
            for word in set(re.findall(r"\w+", str(one.attributes["definition"]))):
                if word in made and made[word] not in _above(key, sides):
                    yield ("make", made[word]), ("make", key)


def _above(key: Key, sides: Sides) -> set[Key]:
    """The object and what needs it, directly or not: it cannot come before."""
    found = {key}
    waiting = [key]
    while waiting:
        current = waiting.pop()
        for other in sides.made:
            one = sides.wanted[other]
            if other not in found and current in (*one.needs, *one.parents):
                found.add(other)
                waiting.append(other)
    return found


def _moving(choice: Choice) -> Iterator[tuple[Node, Node]]:
    """Rows of a partition that goes are put into those that come."""
    sides = choice.sides
    for key in sides.gone:
        place = sides.actual.get((ATTACHMENT, key[1])) if key[0] == "table" else None
        if place is None or key in sides.made:
            continue
        table = ("table", str(place.attributes["of"]))
        yield ("make", table), ("drop", key)
        for one in sides.wanted.values():
            if one.kind == ATTACHMENT and one.attributes["of"] == table[1]:
                yield ("make", one.key), ("drop", key)


def _sorted(waits: dict[Node, set[Node]]) -> Iterator[Node]:
    """Kahn's algorithm; drops come as early and in as much the reverse order as they can."""
    followers: dict[Node, list[Node]] = {}
    for node, before in waits.items():
        for one in before:
            followers.setdefault(one, []).append(node)
    left = {node: len(before) for node, before in waits.items()}
    ready = [(_priority(node), node) for node, count in left.items() if not count]
    heapq.heapify(ready)
    while left:
        # In a circle somebody has to go first.
        node = (
            heapq.heappop(ready)[1]
            if ready
            else min(left, key=lambda one: (left[one], _priority(one)))
        )
        if node not in left:
            continue
        del left[node]
        yield node
        for follower in followers.get(node, []):
            if follower in left:
                left[follower] -= 1
                if not left[follower]:
                    heapq.heappush(ready, (_priority(follower), follower))


def _priority(node: Node) -> tuple[int, int, str]:
    phase, (kind, identity) = node
    if phase == "drop":
        return 0, -RANK[kind], identity
    return 1, RANK[kind], identity
