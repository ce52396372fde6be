"""Words that the upgrade itself brings in."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

Pair = tuple[str | None, str | None]
"""One value before and after the upgrade, as texts."""


@dataclass(frozen=True)
class Column:
    """Values of one column before and after the upgrade, where they differ."""

    is_document: bool
    pairs: Collection[Pair]


def introduced(columns: Collection[Column], words: Collection[str]) -> set[str]:
    """The words that are a value, or a key of a document, only after the upgrade."""
    return {word for word in words for column in columns if _brought_in(column, word)}


def _brought_in(column: Column, word: str) -> bool:
    if not column.is_document:
        return any(after == word != before for before, after in column.pairs)
    return any(word in _keys(after) and word not in _keys(before) for before, after in column.pairs)


def _keys(text: str | None) -> set[str]:
    return set(_walk(json.loads(text))) if text else set()


def _walk(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for child in children:
        yield from _walk(child)
