"""What differs, how it is repaired, and how that reads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from migrator.catalog import Catalog, Difference, completed, differences
from migrator.catalog.privileges import KIND as PRIVILEGES
from migrator.drift.ignored import Entry
from migrator.drift.sides import Sides
from migrator.repair import Repaired, Step, by_difference, repair

_NAMES = {"default privileges": "default acl"}
"""Kinds that pg_identify_object calls otherwise."""


@dataclass(frozen=True)
class Report:
    """`stale` are the entries of drift.toml that ignore nothing."""

    sides: Sides
    repaired: list[Repaired]
    stale: list[Entry]

    @property
    def steps(self) -> list[Step]:
        return [step for one in self.repaired for step in one.steps]

    def as_json(self) -> dict[str, Any]:
        return {
            "version": 1,
            "database": self.sides.database,
            "revision": self.sides.revision,
            "differences": [_as_json(one, self.sides) for one in self.repaired],
        }

    def lines(self) -> Iterator[str]:
        for one in self.repaired:
            yield str(one.difference)
            for step in one.steps:
                if step.loses:
                    yield f"    -- destroys {step.loses}"
                if step.note:
                    yield f"    -- {step.note}"
                yield from (f"    {_indented(statement)};" for statement in step.statements)
        yield self.last_line()

    def last_line(self) -> str:
        """For cron: `drift: 3 differences in todo at 4e8ac3d7106f`."""
        count = len(self.repaired)
        number = "no difference" if not count else f"{count} difference{'s' if count > 1 else ''}"
        at = f" at {self.sides.revision}" if self.sides.revision else ""
        return f"drift: {number} in {self.sides.database}{at}"

    def script(self, allowed: Collection[str] = ()) -> Iterator[str]:
        """For psql. What destroys rows stands there as a comment unless it is allowed by name."""
        yield f"-- {self.last_line()}"
        yield "-- psql --set=ON_ERROR_STOP=1 --file=<this>; not in one transaction."
        for one in self.repaired:
            yield f"\n-- {_comment(str(one.difference))}"
            if not one.statements:
                yield "-- repaired by what stands above or below, or by hand"
            for step in one.steps:
                yield from _scripted(step, allowed)


def compare(sides: Sides, ignored: Sequence[Entry] = ()) -> Report:
    """What an entry covers is neither told nor repaired."""
    wanted, actual = completed(sides.wanted, sides.actual)
    found = differences(wanted, actual)
    covered = [one for one in found if any(entry.covers(one) for entry in ignored)]
    goal = _accepted(wanted, actual, covered)
    left = differences(goal, actual)
    stale = [entry for entry in ignored if not any(entry.covers(one) for one in found)]
    return Report(sides, by_difference(left, repair(goal, actual)), stale)


def _accepted(wanted: Catalog, actual: Catalog, covered: list[Difference]) -> Catalog:
    """The wanted schema with what is there on purpose."""
    objects = dict(wanted.objects)
    for one in covered:
        key = (one.kind, one.object)
        if one.attribute:
            there = actual.objects[key]
            attributes = dict(objects[key].attributes)
            attributes.pop(one.attribute, None)
            if one.attribute in there.attributes:
                attributes[one.attribute] = there.attributes[one.attribute]
            objects[key] = type(there)(
                there.kind,
                there.identity,
                attributes,
                there.parents,
                objects[key].details,
                objects[key].needs,
                objects[key].default_needs,
            )
            continue
        source = actual if one.expected is None and key in actual.objects else wanted
        for hanging in _with_children(source, key):
            if source is actual:
                objects[hanging] = actual.objects[hanging]
            else:
                objects.pop(hanging, None)
    return Catalog(objects)


def _with_children(catalog: Catalog, key: tuple[str, str]) -> list[tuple[str, str]]:
    found = {key}
    while True:
        more = {
            other
            for other, one in catalog.objects.items()
            if other not in found and not found.isdisjoint(one.parents)
        }
        if not more:
            return sorted(found)
        found |= more


def _as_json(one: Repaired, sides: Sides) -> dict[str, Any]:
    found = one.difference
    kind, name = _named(found, sides)
    loses = sorted({step.loses for step in one.steps if step.loses})
    return {
        "kind": found.kind,
        "object": f"{kind} {name}",
        "attribute": found.attribute or None,
        "expected": found.expected,
        "actual": found.actual,
        "difference": str(found),
        "repair": one.statements,
        "data_loss": loses,
        "notes": [step.note for step in one.steps if step.note],
    }


def _named(one: Difference, sides: Sides) -> tuple[str, str]:
    """As pg_identify_object names it."""
    if one.attribute == "default" and one.kind.endswith("column"):
        return "default value", f"for {one.object}"
    key = (one.kind, one.object)
    there = sides.wanted.objects.get(key) or sides.actual.objects.get(key)
    if one.kind == "type" and there and there.attributes.get("sort") == "composite":
        return "composite type", one.object
    kind = one.kind.removeprefix(PRIVILEGES)
    return _NAMES.get(kind, kind), one.object


def _scripted(step: Step, allowed: Collection[str]) -> Iterator[str]:
    if step.note:
        yield f"-- {step.note}"
    refused = step.loses is not None and step.loses not in allowed
    if refused:
        yield f"-- destroys {step.loses}: --allow-data-loss {step.loses}"
    for statement in step.statements:
        yield _comment(f"-- {statement};") if refused else f"{statement};"


def _comment(text: str) -> str:
    return text.replace("\n", "\n-- ")


def _indented(statement: str) -> str:
    return statement.replace("\n", "\n    ")
