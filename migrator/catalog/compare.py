"""What differs between two catalogs, each named once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from migrator.catalog.model import Catalog, Key, Object, Value, differing
from migrator.catalog.privileges import KIND

_WIDTH = 100
_CONTEXT = 24
_USUAL = frozenset({"access method", "comment", "owner", "grants to owner"})


@dataclass(frozen=True, order=True)
class Difference:
    """One attribute of one object, or a whole object: then `attribute` is empty.

    `expected` and `actual` are full texts; None is missing, or not set.
    """

    kind: str
    object: str
    attribute: str
    expected: str | None
    actual: str | None

    def __str__(self) -> str:
        """One line for a terminal, long texts cut down to where they differ."""
        name = f"{self.kind} {self.object}"
        if self.attribute:
            expected, actual = _excerpts(self.expected, self.actual)
            return f"{name}: {self.attribute} is {actual}, expected {expected}"
        if self.actual is None:
            return f"{name}: missing" + _remark(self.expected)
        return f"{name}: unexpected" + _remark(self.actual)


def differences(wanted: Catalog, actual: Catalog) -> list[Difference]:
    """All that is to be changed in `actual` to make it `wanted`, in the order of names.

    What hangs on a missing or unexpected object goes without saying.
    """
    wanted, actual = completed(wanted, actual)
    missing = wanted.objects.keys() - actual.objects.keys()
    unexpected = actual.objects.keys() - wanted.objects.keys()
    found = [
        Difference(*key, "", _summary(wanted.objects[key]), None) for key in _tops(wanted, missing)
    ]
    found += [
        Difference(*key, "", None, _summary(actual.objects[key]))
        for key in _tops(actual, unexpected)
    ]
    for key in wanted.objects.keys() & actual.objects.keys():
        found += _attributes(wanted.objects[key], actual.objects[key])
    return sorted(found, key=lambda one: (one.kind, one.object, one.attribute))


def completed(one: Catalog, two: Catalog) -> tuple[Catalog, Catalog]:
    """Both with the privileges that only the other has changed: as they were in the beginning."""
    return _with_beginnings(one, two), _with_beginnings(two, one)


def _with_beginnings(one: Catalog, other: Catalog) -> Catalog:
    unchanged = {
        key: replace(there, attributes=there.details)
        for key, there in other.objects.items()
        if key[0].startswith(KIND)
        and key not in one.objects
        and all(parent in one.objects for parent in there.parents)
    }
    return Catalog({**one.objects, **unchanged}) if unchanged else one


def _tops(catalog: Catalog, keys: set[Key]) -> Iterator[Key]:
    return (key for key in keys if keys.isdisjoint(catalog.objects[key].parents))


def _attributes(wanted: Object, actual: Object) -> Iterator[Difference]:
    for name in differing(wanted, actual):
        expected, found = wanted.attributes.get(name), actual.attributes.get(name)
        yield Difference(wanted.kind, wanted.identity, name, _text(expected), _text(found))


def _summary(one: Object) -> str:
    """What the object is: its definition, or what is set beyond the usual."""
    definition = one.attributes.get("definition")
    if isinstance(definition, str):
        return definition
    parts = (
        f"{name} {_text(value)}"
        for name, value in sorted(one.attributes.items())
        if name not in _USUAL
    )
    return "; ".join(parts)


def _text(value: Value | None) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else value


def _line(text: str | None) -> str:
    return "not set" if text is None else " ".join(text.split())


def _remark(summary: str | None) -> str:
    return f" ({_cut(_line(summary), 0)})" if summary else ""


def _excerpts(expected: str | None, actual: str | None) -> tuple[str, str]:
    """Both on one line each, without the long beginning that they share."""
    wanted, found = _line(expected), _line(actual)
    if wanted == found:  # only white space differs: shown as \n and the like
        wanted, found = repr(expected), repr(actual)
    if max(len(wanted), len(found)) <= _WIDTH:
        return wanted, found
    pairs = enumerate(zip(wanted, found, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(wanted), len(found)))
    start = max(0, first - _CONTEXT)
    return _cut(wanted, start), _cut(found, start)


def _cut(text: str, start: int) -> str:
    end = start + _WIDTH
    return ("… " if start else "") + text[start:end].strip() + (" …" if len(text) > end else "")
