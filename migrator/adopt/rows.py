"""Do the rows satisfy what head demands of them, and what do their times mean?

All is counted in the database; no content of a row is shown.
"""

import re
from collections.abc import Iterator

from migrator.adopt import types
from migrator.adopt.columns import primary_key
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import columns, definition, hanging
from migrator.adopt.words import columns as column_words
from migrator.adopt.words import rows as words
from migrator.ops.sql import literal

_CHECK = re.compile(r"^CHECK (\(.*\))(?: NO INHERIT)?$", re.DOTALL)
_SLACK = "interval '5 minutes'"  # of clocks that are not quite right


def contents(look: Look, table: str) -> Iterator[Finding]:
    """Rows that a later revision would stumble over."""
    yield from _checks(look, table)
    yield from _later_not_null(look, table)
    yield from _infinite(look, table)


def _checks(look: Look, table: str) -> Iterator[Finding]:
    for one in hanging(look.shapes.head, "table constraint", [table]):
        found = _CHECK.match(definition(one))
        if one.key in look.shapes.baseline.objects or not found:
            continue
        condition = found.group(1)
        if not all(_as_at_head(look, table, name) for name in _mentioned(look, table, condition)):
            continue  # a column that a later revision adds, or one that is to be converted first
        if broken := look.count(table, f"NOT {condition}"):
            name = one.identity.removesuffix(f" on {table}")
            key = primary_key(look, table)
            yield words.breaks_check(table, key, name, condition, broken)


def _mentioned(look: Look, table: str, condition: str) -> list[str]:
    return [
        name
        for name in columns(look.shapes.head, table)
        if re.search(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", condition)
    ]


def _as_at_head(look: Look, table: str, column: str) -> bool:
    """Whether the column can be asked what head asks of it."""
    later = look.head_column(table, column)
    wanted = str(later.attributes["type"]) if later else None
    return types.comparable(look.type_of(table, column), wanted)


def _later_not_null(look: Look, table: str) -> Iterator[Finding]:
    """Columns that only a later revision makes NOT NULL."""
    for name, wanted in columns(look.shapes.baseline, table).items():
        later, actual = look.head_column(table, name), look.columns(table).get(name)
        demanded = later and later.attributes["not null"] and not wanted.attributes["not null"]
        if demanded and actual and (nulls := look.count(table, f"{name} IS NULL")):
            yield column_words.nulls(table, name, nulls, None)


def _infinite(look: Look, table: str) -> Iterator[Finding]:
    times = [
        name
        for name, one in look.columns(table).items()
        if look.head_column(table, name) and _is_time(str(one.attributes["type"]))
    ]
    condition = " OR ".join(f"NOT isfinite({name})" for name in times)
    if times and (found := look.count(table, condition)):
        yield words.infinite(table, primary_key(look, table), times, condition, found)


def _is_time(type_: str) -> bool:
    return type_ == "date" or (type_.startswith("timestamp") and not type_.endswith("]"))


def times(look: Look, table: str) -> Iterator[Finding]:
    """What times without a zone will be taken for, and whether that can be."""
    naive, zone = look.naive(table), look.options.legacy_timezone
    if not naive:
        return
    yield words.read_as(table, naive, zone)
    for column in naive:
        later = look.head_column(table, column)
        if later and later.attributes.get("default") == "now()":  # when a row was written
            yield from _future(look, table, column, zone)
    if zone:
        at = f"AT TIME ZONE {literal(zone)}"
        condition = " OR ".join(f"{name} {at} {at} <> {name}" for name in naive)
        if skipped := look.count(table, condition):
            yield words.no_such_hour(table, naive, skipped, zone)


def _future(look: Look, table: str, column: str, zone: str | None) -> Iterator[Finding]:
    now = f"(now() AT TIME ZONE {literal(zone or 'UTC')})"
    ahead = f"isfinite({column}) AND {column} > {now} + {_SLACK}"
    if n := look.count(table, ahead):
        most = look.scalar(
            f"SELECT date_trunc('minute', max({column}) - {now})::text FROM {table} WHERE {ahead}"
        )
        yield words.in_the_future(table, column, n, most, zone)
