"""Are the indexes of the baseline there and valid, and which others are?"""

from collections.abc import Iterator

from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import definition, hanging, table_of
from migrator.adopt.words import keys as words
from migrator.adopt.words import tables as table_words
from migrator.catalog import Difference, Object

BUILT_IN_PASSING = 64 * 2**20
"""Bytes of the largest table whose index is built while nobody can write to it.

That is about a second. Above, the build belongs before the adoption, where it stops nobody.
"""

_INVALID = frozenset({"valid", "ready"})


def difference(look: Look, found: Difference) -> Iterator[Finding]:
    """What an index's difference from the baseline means."""
    key = (found.kind, found.object)
    wanted, actual = look.shapes.baseline.objects.get(key), look.live.objects.get(key)
    if wanted and actual and wanted.parents != actual.parents:
        yield words.index_differs(found.object, definition(actual), definition(wanted))
    elif wanted and not actual:
        yield _missing(look, wanted)
    elif actual and not wanted:
        yield from _unexpected(look, actual)
    elif actual and wanted and found.attribute == "definition":
        yield words.index_differs(found.object, definition(actual), definition(wanted))
    elif found.attribute == "valid":
        yield words.index_invalid(found.object)
    elif found.attribute not in _INVALID:
        yield table_words.kept("index", found.object, found.attribute, found.actual or "not set")


def _shape(index: Object) -> tuple[bool, str]:
    """The definition without the names: unique or not, and from the access method on."""
    head, _, tail = definition(index).partition(" USING ")
    return head.startswith("CREATE UNIQUE"), tail


def _missing(look: Look, wanted: Object) -> Finding:
    table = table_of(wanted)
    for other in hanging(look.live, "index", [table]):
        if _stands_for(look, other, wanted):
            name = wanted.identity.rpartition(".")[2]
            rename = f"ALTER INDEX {other.identity} RENAME TO {name}"
            return words.renamed(
                "index", table, other.identity, wanted.identity, rename, definition(other)
            )
    bytes_, size = look.rows(
        "SELECT pg_relation_size(:table), pg_size_pretty(pg_relation_size(:table))", table=table
    )[0]
    word = words.index_missing if bytes_ <= BUILT_IN_PASSING else words.index_missing_large
    return word(wanted.identity, definition(wanted), size)


def _stands_for(look: Look, other: Object, wanted: Object) -> bool:
    """Whether it is the wanted index under a name that no revision knows."""
    return (
        _shape(other) == _shape(wanted)
        and bool(other.attributes["valid"])
        and other.key not in look.shapes.head.objects
    )


def _unexpected(look: Look, actual: Object) -> Iterator[Finding]:
    text = definition(actual)
    if not actual.attributes["valid"]:
        yield words.index_invalid(actual.identity)
    elif actual.key in look.shapes.head.objects:
        yield words.index_replaced(actual.identity, text)
    elif not _renamed(look, actual):
        yield words.index_kept(actual.identity, text)


def _renamed(look: Look, actual: Object) -> bool:
    """Whether `_missing` takes it for the baseline's own."""
    for wanted in hanging(look.shapes.baseline, "index", [table_of(actual)]):
        if wanted.key not in look.live.objects:
            stand_ins = [
                other
                for other in hanging(look.live, "index", [table_of(actual)])
                if _stands_for(look, other, wanted)
            ]
            if stand_ins[:1] == [actual]:
                return True
    return False
