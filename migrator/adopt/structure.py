"""Every difference of the baseline's tables from the baseline, each with what follows from it.

A difference gives a finding that blocks, one that adopt repairs, or a note that it stays. So the
repairs have worked when a second look finds nothing but notes.
"""

from collections.abc import Callable, Iterator

from migrator.adopt import columns, constraints, generators, indexes, tables
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.words import tables as words
from migrator.catalog import Catalog, Difference, differences

Check = Callable[[Look, Difference], Iterator[Finding]]

_EXTRAS = frozenset({"policy", "rule", "statistics object", "trigger"})

# What a database has before anybody makes a table in it.
_ROOMS = frozenset({"default privileges", "extension", "language", "schema"})

_CHECKS: dict[str, Check] = {
    "table": tables.difference,
    "table column": columns.difference,
    "sequence": generators.difference,
    "table constraint": constraints.difference,
    "index": indexes.difference,
}


def structure(look: Look) -> Iterator[Finding]:
    """Findings in an order in which the repairs work."""
    wanted = Catalog(
        {key: one for key, one in look.shapes.baseline.objects.items() if key[0] not in _ROOMS}
    )
    beside = {key: one for key, one in look.live.objects.items() if key in wanted.objects}
    hanging = look.live.only(look.shapes.tables).objects
    for found in differences(wanted, Catalog(beside | dict(hanging))):
        yield from _CHECKS.get(found.kind, _other)(look, found)
    yield from generators.generators(look)


def _other(look: Look, found: Difference) -> Iterator[Finding]:
    """Triggers, policies, rules and statistics: nobody's business, unless head makes its own."""
    if found.kind not in _EXTRAS or found.attribute or found.actual is None:
        yield words.unknown_difference(
            found.kind, found.object, found.attribute, found.expected, found.actual
        )
    elif (found.kind, found.object) in look.shapes.head.objects:
        kind = found.kind.removesuffix(" object").upper()
        yield words.object_made_already(found.kind, found.object, f"DROP {kind} {found.object}")
    else:
        yield words.not_in_baseline(found.kind, found.object, found.actual)
