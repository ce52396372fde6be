"""What of a schema did not come back, by the table that it belongs to."""

from collections.abc import Iterator

from migrator.catalog import Catalog, Difference, Key, differences
from migrator.catalog.model import RELATIONS
from migrator.record import TOOLS_OWN
from migrator.review.reversal.result import Loss, Phase

_KINDS = {
    "table column": "column",
    "table constraint": "constraint",
    "materialized view": "view",
    "view column": "column",
}
_ATTRIBUTES = {"not null": "nullability"}


def losses(before: Catalog, after: Catalog, phase: Phase) -> Iterator[Loss]:
    """Each difference once, as a loss of the rule schema-not-restored."""
    for one in differences(before, after):
        found = before.objects.get((one.kind, one.object)) or after.objects[one.kind, one.object]
        relation = next(
            (k for k in _line(before, after, found.key) if k[0] in RELATIONS), found.key
        )
        if relation[1].rpartition(".")[2] in TOOLS_OWN:
            continue
        column = one.object.removeprefix(f"{relation[1]}.") if "column" in one.kind else None
        yield Loss("schema-not-restored", _what(one), relation[1], column, None, phase, str(one))


def _line(before: Catalog, after: Catalog, key: Key) -> Iterator[Key]:
    """The object itself and all above it."""
    yield key
    found = before.objects.get(key) or after.objects.get(key)
    for parent in found.parents if found else ():
        yield from _line(before, after, parent)


def _what(one: Difference) -> str:
    if one.attribute:
        return f"{_ATTRIBUTES.get(one.attribute, one.attribute).replace(' ', '_')}_differs"
    kind = _KINDS.get(one.kind, one.kind).replace(" ", "_")
    return f"{kind}_{'missing' if one.actual is None else 'left'}"
