"""What grows with the rows of the tables, seen from two sizes of the same rehearsal."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from migrator.review.observed import Observed
from migrator.review.rehearsal import Rehearsal

_FIRST_SECONDS = 0.05
"""A statement shorter than this says nothing about growth: a busy machine does that."""


@dataclass(frozen=True)
class Growth:
    """One figure of one statement at both sizes.

    `figure` is `read`, `written` (rows), `copied_bytes`, `wal_bytes` or `seconds`; `relation` is
    None for those of the whole statement. `grows`: with the rows, rather than constant.
    """

    figure: str
    relation: str | None
    fewer: float
    more: float
    grows: bool


def growth(run: Rehearsal, statement: Observed) -> tuple[Growth, ...]:
    """The figures of a statement at both sizes; none when there was only one size."""
    small = next((one for one in run.smaller if one.index == statement.index), None)
    ratio = _ratio(run)
    if small is None or ratio <= 1:
        return ()
    return tuple(
        Growth(figure, relation, fewer, more, _grows(figure, fewer, more, ratio))
        for figure, relation, fewer, more in _figures(small, statement)
    )


def _ratio(run: Rehearsal) -> float:
    """How many times the rows of the larger run are those of the smaller one."""
    pairs = [(run.rows.get(name, 0), count) for name, count in run.smaller_rows.items() if count]
    return max((more / fewer for more, fewer in pairs), default=1.0)


def _grows(figure: str, fewer: float, more: float, ratio: float) -> bool:
    """Beyond the middle, on a scale of ratios, between staying the same and growing as the rows."""
    if figure == "seconds" and more < _FIRST_SECONDS:
        return False
    return more > 0 and more >= fewer * sqrt(ratio)


def _figures(small: Observed, large: Observed) -> Iterator[tuple[str, str | None, float, float]]:
    for table in sorted(small.read.keys() | large.read.keys()):
        yield "read", table, small.read.get(table, 0), large.read.get(table, 0)
    for table in sorted(small.written.keys() | large.written.keys()):
        yield "written", table, _rows(small, table), _rows(large, table)
    yield "copied_bytes", None, small.copied_bytes, large.copied_bytes
    yield "wal_bytes", None, small.wal_bytes, large.wal_bytes
    yield "seconds", None, small.seconds, large.seconds


def _rows(seen: Observed, table: str) -> int:
    rows = seen.written.get(table)
    return rows.inserted + rows.updated + rows.deleted if rows else 0
