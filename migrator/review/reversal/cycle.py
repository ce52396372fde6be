"""Upgrade, downgrade, upgrade again, and once more down over rows that the new release wrote."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg

from migrator.catalog.reading import read_raw
from migrator.record import TOOLS_OWN
from migrator.review.reversal import contents, new_rows, schema
from migrator.review.reversal.introduced import Column
from migrator.review.reversal.locate import locate
from migrator.review.reversal.result import Loss, Phase
from migrator.review.reversal.road import Road
from migrator.review.reversal.steps import Failed

_RULES = {
    "rows_lost": "row-lost",
    "rows_added": "value-changed",
    "values_changed": "value-changed",
}
Writer = Callable[[psycopg.Connection, new_rows.Upgraded], new_rows.Written]


@dataclass
class Seen:
    """What a cycle saw. `refused`: the upgrade did not take the rows; `declared`: no way back."""

    losses: list[Loss] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    refused: Failed | None = None
    declared: Failed | None = None
    copies: list[Column] = field(default_factory=list)


def run(road: Road, write: Writer) -> Seen:
    """Go through the whole cycle."""
    connection = road.connection
    contents.prepare(connection)
    catalog, before = read_raw(connection), contents.keep(connection, "before")
    numbers = contents.next_values(connection)
    seen = Seen(rows={name: one.count for name, one in before.items() if not one.table.internal})
    if failed := road.up():
        seen.refused = failed
        return seen
    upgraded = read_raw(connection)
    first = contents.keep(connection, "upgraded", before)
    seen.copies = list(contents.differing(connection, before, first))
    down = road.run("downgrade", road.before)
    if failed := down.failed:
        _no_way_back(seen, failed, "downgrade", before, first)
        if seen.declared:
            seen.losses += _rows(connection, before, first, "upgrade")
        return seen
    back = contents.keep(connection, "back", before)
    seen.losses += _rows(connection, before, back, "downgrade")
    seen.losses += _numbers(numbers, contents.next_values(connection), "downgrade")
    seen.losses += schema.losses(catalog, read_raw(connection), "downgrade")
    if failed := road.up():
        seen.losses.append(_failure("upgrade-again-fails", failed, "upgrade again", before, first))
        return seen
    again: contents.Contents = contents.keep(connection, "again", before)
    if not seen.losses:
        differing = list(_rows(connection, first, again, "upgrade again"))
        seen.losses += schema.losses(upgraded, read_raw(connection), "upgrade again")
        if differing:
            again = _once_more(road, seen, again, differing)
    _over_new_rows(road, write, new_rows.Upgraded(before, again, down.statements), seen)
    return seen


def _once_more(
    road: Road,
    seen: Seen,
    again: contents.Contents,
    differing: list[Loss],
) -> contents.Contents:
    """Leave out what is another value every time, as a random key; return what is there now."""
    if road.down() or road.up():
        seen.losses += differing
        return again
    third = contents.keep(road.connection, "third", again)
    by_nature = {(one.table, one.column) for one in contents.changes(road.connection, again, third)}
    seen.losses += [one for one in differing if (one.table, one.column) not in by_nature]
    return third


def _over_new_rows(
    road: Road,
    write: Writer,
    upgraded: new_rows.Upgraded,
    seen: Seen,
) -> None:
    written = write(road.connection, upgraded)
    if failed := road.down():
        _no_way_back(seen, failed, "downgrade over new rows", upgraded.before, upgraded.now)
    else:
        seen.losses += new_rows.losses(road.connection, upgraded, written)


def _no_way_back(seen: Seen, failed: Failed, phase: Phase, *known: contents.Contents) -> None:
    if failed.raised:
        seen.declared = failed
    else:
        seen.losses.append(_failure("downgrade-fails", failed, phase, *known))


def _failure(rule: str, failed: Failed, phase: Phase, *known: contents.Contents) -> Loss:
    what = "upgrade_error" if phase == "upgrade again" else "downgrade_error"
    tables = [copy.table for one in known for copy in one.values()]
    table, column = locate(failed, tables)
    return Loss(rule, what, table, column, None, phase, failed.first_line)


def _rows(
    connection: psycopg.Connection,
    before: contents.Contents,
    after: contents.Contents,
    phase: Phase,
) -> Iterator[Loss]:
    for one in contents.changes(connection, before, after):
        if before[one.table].table.internal:
            continue
        rows = f"{one.count} of {before[one.table].count} rows"
        yield Loss(_RULES[one.what], one.what, one.table, one.column, one.count, phase, rows)


def _numbers(
    before: dict[str, tuple[str, int]], after: dict[str, tuple[str, int]], phase: Phase
) -> Iterator[Loss]:
    for owner, (name, number) in before.items():
        found = after.get(owner)
        if owner.rpartition(".")[0].rpartition(".")[2] in TOOLS_OWN:
            continue
        if found and found[1] != number:
            table, _, column = owner.rpartition(".")
            detail = f"the next value of {found[0]} is {found[1]}, it was {number}"
            fed = owner != name
            yield Loss(
                "sequence-restarted",
                "sequence_position",
                table if fed else name,
                column if fed else None,
                None,
                phase,
                detail,
            )
