"""What the new release may write that the old one never did: where the upgrade has made room."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.review.reversal.shape import Check, Column, Table

INTEGERS = {"smallint": 32_767, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""The greatest number of each type."""

_MARKS = 12  # values of the new columns of a table


@dataclass(frozen=True)
class Wish:
    """Values that only the new schema takes, and a set of columns that may repeat.

    `marked`: those of a new column by which the downgrade may choose rows.
    """

    values: Mapping[str, str | None]
    repeated: tuple[str, ...] = ()
    marked: bool = False


def made_room(old: Table, new: Table) -> Iterator[Wish]:
    """What the new table takes and the old one does not; a table made anew says nothing of it."""
    if old.oid != new.oid:
        return
    for columns in old.unique:
        if columns not in (*new.unique, new.primary) and set(columns) <= set(new.columns):
            yield Wish({}, columns)
    for name in old.columns.keys() & new.columns.keys():
        yield from _wider(old, new.columns[name], old.columns[name])
    now = {fk.columns for fk in new.foreign_keys}
    for key in old.foreign_keys:
        if key.columns not in now and set(key.columns) <= set(new.columns):
            yield Wish({c: _unknown(new.columns[c]) for c in key.columns})
    definitions = {check.definition for check in new.checks.values()}
    for check in old.checks.values():
        if check.definition not in definitions:
            for column in check.columns:
                if column in new.columns:
                    yield from _against(check, new, new.columns[column])


def _wider(old_table: Table, new: Column, old: Column) -> Iterator[Wish]:
    if old.not_null and not new.not_null and new.name not in old_table.primary:
        yield Wish({new.name: None})
    longer = old.category == new.category == "S" and old.size and not 0 < new.size <= old.size
    if longer:
        yield Wish({new.name: "x" * min(new.size or old.size + 20, old.size + 20)})
    for label in new.labels or ():
        if old.labels is not None and label not in old.labels:
            yield Wish({new.name: label})


def _unknown(column: Column) -> str:
    """A value that no row of any table has."""
    if column.base in INTEGERS:
        return str(INTEGERS[column.base] - 7)
    return str(digest("nobody", column))


def _against(check: Check, new: Table, column: Column) -> Iterator[Wish]:
    """Values that the old CHECK may have refused; those that the new table refuses fall away."""
    texts = {t for c in new.checks.values() for t in literals(c.definition)}
    numbers = [int(n) for n in re.findall(r"(?<![\w.'])-?\d{1,9}(?![\w.'])", check.definition)]
    candidates: list[str] = sorted(texts - set(literals(check.definition)))
    candidates += column.labels or ()
    if column.category == "N":
        candidates += [str(n + step) for n in numbers for step in (-1, 0, 1)]
    elif column.category == "S":
        candidates += ["x" * (n + 1) for n in numbers if n < 100_000] + ["", "other"]
    for value in dict.fromkeys(candidates):
        yield Wish({column.name: value})


def marks(columns: Iterable[tuple[Column, Collection[str]]], back: Iterable[str]) -> list[Wish]:
    """What no row says yet in a new column, and a downgrade with this SQL may choose rows by.

    `columns` come with the values that they hold.
    """
    texts = [text for one in back for text in literals(one)]
    wishes = []
    for column, there in columns:
        known = {"B": ["true", "false"], "S": texts, "E": column.labels or ()}
        wishes += [
            Wish({column.name: value}, marked=True)
            for value in dict.fromkeys(known.get(column.category, ()))
            if value not in there
        ]
    return wishes[:_MARKS]


def literals(text: str) -> list[str]:
    """The quoted texts of a piece of SQL."""
    return [found.replace("''", "'") for found in re.findall(r"'((?:[^']|'')*)'", text)]


def digest(value: object, column: Column) -> str:
    digest = hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()
    return digest[: column.size] if column.category == "S" and column.size else digest
