"""The names that tables had before the migration, for statements that come after a renaming."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.catalog import Difference
from migrator.review.observed import Lock, Observed

_KINDS = ("table", "materialized view", "foreign table", "schema")


def with_first_names(statements: Sequence[Observed]) -> Iterator[Observed]:
    """The same statements, in which a renamed table goes on having its first name."""
    first: dict[str, str] = {}
    for one in statements:
        yield _renamed(one, first) if first else one
        for new in one.renamed:
            if new.kind in _KINDS:
                first[new.after] = first.pop(new.before, new.before)


def _renamed(one: Observed, first: Mapping[str, str]) -> Observed:
    def name(relation: str) -> str:
        return next((was + relation[len(now) :] for now, was in within(relation)), relation)

    def within(relation: str) -> Iterator[tuple[str, str]]:
        for now, was in first.items():
            if relation == now or relation.startswith(f"{now}."):
                yield now, was

    def locks(held: Sequence[Lock]) -> tuple[Lock, ...]:
        return tuple(replace(lock, relation=name(lock.relation)) for lock in held)

    return replace(
        one,
        locks=locks(one.locks),
        held=locks(one.held),
        rewritten=tuple(map(name, one.rewritten)),
        read={name(table): count for table, count in one.read.items()},
        written={name(table): rows for table, rows in one.written.items()},
        changes=tuple(_change(change, first) for change in one.changes),
        renamed=tuple(
            new
            if new.kind in _KINDS
            else replace(new, before=name(new.before), after=name(new.after))
            for new in one.renamed
        ),
        without_rows=_renamed(one.without_rows, first) if one.without_rows else None,
    )


def _change(change: Difference, first: Mapping[str, str]) -> Difference:
    for now, was in first.items():
        whole = re.compile(rf'(?<![\w."]){re.escape(now)}(?![\w"])')

        def old(text: str | None, pattern: re.Pattern[str] = whole, was: str = was) -> str | None:
            return pattern.sub(lambda _: was, text) if text else text

        change = replace(
            change,
            object=old(change.object) or "",
            expected=old(change.expected),
            actual=old(change.actual),
        )
    return change
