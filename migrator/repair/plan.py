"""From two catalogs to a list of steps."""

from collections.abc import Iterator, Mapping

from migrator.catalog import Catalog, Difference, Key, completed, differences
from migrator.repair import names
from migrator.repair.choice import Choice
from migrator.repair.kinds import KINDS
from migrator.repair.order import Node, goes_along, ordered
from migrator.repair.renames import Rename, likely_renames, renamed
from migrator.repair.replacing import replacing
from migrator.repair.sides import ATTACHMENT, DEFAULT, Sides, Work, expanded, piece_of
from migrator.repair.step import Step


def repair(
    wanted: Catalog, actual: Catalog, *, renames: Mapping[Key, Key] | None = None
) -> list[Step]:
    """The steps that make `actual` equal to `wanted`, none when they are.

    `renames` are keys of `actual` with their keys in `wanted`; None: those that are likely.
    """
    found = differences(wanted, actual)
    if not found:
        return []
    given = likely_renames(wanted, actual) if renames is None else renames
    wanted, actual = completed(wanted, actual)
    after, done = renamed(actual, given)
    left = differences(wanted, after)
    sides = Sides(expanded(wanted), expanded(after))
    choice = Choice(sides)
    steps = [_rename_step(one, found, left) for one in done]
    told = _Differences(found, left, steps, choice)
    for node in ordered(choice):
        key = node[1]
        steps += [
            Step(
                work.action,
                key,
                work.statements,
                told.of(key),
                _table(key, sides),
                _on_new_table(key, sides),
                work.transactional,
                work.loses,
                work.note,
            )
            for work in _works(node, choice)
        ]
    return [one for one in steps if one.statements]


def _works(node: Node, choice: Choice) -> Iterator[Work]:
    phase, key = node
    sides, kind = choice.sides, KINDS[key[0]]
    if key in choice.sides.replaced:
        yield from replacing(phase, key, choice)
    elif phase == "make" and key in sides.made:
        yield from kind.created(sides.wanted[key], sides)
    elif phase == "make":
        yield from kind.altered(sides.wanted[key], sides.actual[key], sides.changed[key], sides)
    elif not goes_along(key, choice.sides):
        yield from kind.drop(sides.actual[key], sides)


def _table(key: Key, sides: Sides) -> str | None:
    if key[0] in names.TABLES or key[0] == ATTACHMENT:
        return key[1]
    one = sides.wanted.get(key) or sides.actual[key]
    if one.kind == DEFAULT:
        return _table(one.parents[0], sides)
    relation = names.relation_of(one)
    return relation[1] if relation and relation[0] in names.TABLES else None


def _on_new_table(key: Key, sides: Sides) -> bool:
    table = _table(key, sides)
    return table is not None and any(sides.is_new((kind, table)) for kind in names.TABLES)


def _rename_step(rename: Rename, found: list[Difference], left: list[Difference]) -> Step:
    """A rename repairs what is no longer different after it and bears one of its names."""
    keys = {rename.old, rename.new}
    mine = [one for one in found if (one.kind, one.object) in keys]
    if not mine:
        mine = [one for one in found if one not in left][:1] or found[:1]
    return Step(
        "rename", rename.new, rename.statements, tuple(mine), rename.table, note=rename.note
    )


class _Differences:
    """Which differences each piece of work repairs."""

    def __init__(
        self, found: list[Difference], left: list[Difference], renames: list[Step], choice: Choice
    ) -> None:
        self._choice = choice
        self._found = found
        self._by_key: dict[Key, list[Difference]] = {}
        for one in found:
            whole = (one.kind, one.object)
            key, _ = piece_of(whole, one.attribute)
            if one.attribute in {"partition bound", "inherits"}:
                place = (ATTACHMENT, one.object)
                if place in choice.sides.wanted or place in choice.sides.actual:
                    key = place
            self._by_key.setdefault(key, []).append(one)
        # What only shows after a rename is the business of the rename.
        for one in left:
            if one not in found:
                for step in renames:
                    if step.key[1] in one.object:
                        self._by_key.setdefault((one.kind, one.object), list(step.differences))

    def of(self, key: Key) -> tuple[Difference, ...]:
        """Its own, or else those of what it hangs on or was rebuilt for."""
        seen: set[Key] = set()
        waiting = [key]
        while waiting:
            current = waiting.pop(0)
            if current in seen:
                continue
            seen.add(current)
            if current in self._by_key:
                return tuple(self._by_key[current])
            waiting += self._next(current)
        return tuple(self._found[:1])

    def _next(self, key: Key) -> list[Key]:
        sides = self._choice.sides
        found = [self._choice.causes[key]] if key in self._choice.causes else []
        for side in (sides.wanted, sides.actual):
            if key in side:
                found += side[key].parents
                found += [need for need in side[key].needs if need in sides.gone | sides.made]
        return found
