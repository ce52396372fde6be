"""What follows from the state before a statement and the one after it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from migrator.preflight.modes import Mode
from migrator.review.observed import Lock, Renamed, Rows
from migrator.review.state import Named, State

_TEMPORARY = re.compile(r"temporary file: .*, size (\d+)$")


def files(
    before: State, now: State, there: Collection[int], emptied: Collection[int]
) -> dict[str, Any]:
    """What has got another file, by name: an index that was made anew counts, with its new oid."""
    old = {one.name: oid for oid, one in before.relations.items()}
    other = {
        one.name: oid
        for oid, one in now.relations.items()
        if one.name in old
        and one.file != before.relations[old[one.name]].file
        and (one.table or oid) not in emptied
    }
    tables = {name for name, oid in other.items() if now.relations[oid].has_rows}
    built = {
        oid
        for oid, one in now.relations.items()
        if one.is_index
        and one.table in there
        and oid not in before.relations
        and one.name not in old
    }
    copied = built | {other[name] for name in other}
    return {
        "copied_bytes": sum(now.relations[oid].bytes for oid in copied),
        "rewritten": tuple(sorted(name for name in tables if other[name] == old[name])),
        "replaced": tuple(sorted(name for name in tables if other[name] != old[name])),
        "rebuilt": tuple(sorted(name for name, o in other.items() if now.relations[o].is_index)),
        "built": tuple(sorted(now.relations[oid].name for oid in built)),
    }


def written(oid: int, before: State, now: State) -> Rows:
    """The rows written to one relation."""
    new, old = now.relations[oid], before.relations.get(oid)
    if old is None:
        return Rows(new.inserted, new.updated, new.deleted)
    return Rows(new.inserted - old.inserted, new.updated - old.updated, new.deleted - old.deleted)


def renamed(before: Mapping[str, Named], after: Mapping[str, Named]) -> Iterator[Renamed]:
    """What kept its key and has got another name of its own."""
    for key, one in before.items():
        if key in after and after[key].own != one.own:
            yield Renamed(one.kind, one.name, after[key].name)


def said(notices: Collection[tuple[str, str]]) -> dict[str, Any]:
    """Notices with a code of their own, and the sizes of temporary files, which are notices too."""
    sizes = [int(found[1]) for _, message in notices if (found := _TEMPORARY.search(message))]
    return {
        "notices": tuple((state, words) for state, words in notices if state != "00000"),
        "temporary_bytes": sum(sizes),
    }


def held_since(
    locks: tuple[Lock, ...], since: Mapping[tuple[str, Mode], float]
) -> tuple[Lock, ...]:
    """The locks with the seconds for which each was held."""
    return tuple(replace(k, seconds=since.get((k.relation, k.mode), k.seconds)) for k in locks)
