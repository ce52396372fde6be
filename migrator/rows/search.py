"""Rows that meet conditions, found by trying: PostgreSQL judges, the best are changed further."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from random import Random

from migrator.rows.expressions import Comparison
from migrator.rows.judge import Judge, Row
from migrator.rows.units import Unit

_TRIED = 300  # rows at a time
_WANTED = 400  # different rows
_ROUNDS = 25
_PARENTS = 60


class Search:
    """Looks for rows of the units' columns, one unit after the other."""

    def __init__(
        self, judge: Judge, units: Sequence[Unit], comparisons: Sequence[Comparison], rng: Random
    ) -> None:
        self._judge = judge
        self._units = units
        self._comparisons = comparisons
        self._rng = rng
        self._places = {name: i for i, name in enumerate(n for u in units for n in u.columns)}
        starts = [0]
        for unit in units:
            starts.append(starts[-1] + len(unit.columns))
        self._spans = list(pairwise(starts))

    def solutions(self) -> list[Row]:
        """Up to some hundred different rows that meet all conditions, in the order found."""
        found: dict[Row, None] = {}
        tried: set[Row] = set()
        best: list[tuple[int, Row, tuple[str | None, ...]]] = []
        rows = self._first()
        for _ in range(_ROUNDS):
            new = [row for row in dict.fromkeys(rows) if row not in tried]
            tried.update(new)
            before = len(found)
            for row, verdict in zip(new, self._judge.judge(new), strict=True):
                best.append((verdict.missed, row, verdict.others))
                if not verdict.missed:
                    found[row] = None
            if len(found) >= _WANTED or (found and len(found) < before + 3):
                break
            self._rng.shuffle(best)
            best = sorted(best, key=lambda one: one[0])[:_PARENTS]
            rows = [self._change(*self._rng.choice(best)[1:]) for _ in range(_TRIED)]
        return list(found)

    def _first(self) -> list[Row]:
        """Every value that a unit suggests at least once, the others at random."""
        suggested = max(len(unit.suggestions) for unit in self._units)
        count = max(_TRIED, min(suggested, 4 * _TRIED))
        drawn = [unit.try_out(count, self._rng) for unit in self._units]
        return [
            tuple(value for part in parts for value in part) for parts in zip(*drawn, strict=True)
        ]

    def _change(self, row: Row, others: tuple[str | None, ...]) -> Row:
        """One or two changes: a new value, one that a comparison asks for, one of a neighbour."""
        for _ in range(self._rng.choice((1, 1, 2))):
            kind = self._rng.random()
            if kind < 0.5 and any(other is not None for other in others):
                row = self._repair(row, others)
            else:
                number = self._rng.randrange(len(self._units))
                (value,) = self._units[number].try_out(1, self._rng)
                if kind > 0.9:
                    value = self._copy(number, row)
                start, end = self._spans[number]
                row = row[:start] + value + row[end:]
        return row

    def _repair(self, row: Row, others: tuple[str | None, ...]) -> Row:
        pairs = [
            (comparison, other)
            for comparison, other in zip(self._comparisons, others, strict=True)
            if other is not None
        ]
        comparison, other = self._rng.choice(pairs)
        place = self._places[comparison.column]
        owner = next(unit for unit in self._units if comparison.column in unit.columns)
        value = owner.accept(comparison.column, _shifted(other, comparison.operator))
        return row if value is None else (*row[:place], value, *row[place + 1 :])

    def _copy(self, number: int, row: Row) -> Row:
        """The value of another unit with the same types."""
        start, end = self._spans[number]
        kinds = self._units[number].kinds
        alike = [
            span
            for unit, span in zip(self._units, self._spans, strict=True)
            if unit.kinds == kinds and span != (start, end)
        ]
        if not alike:
            return row[start:end]
        start, end = self._rng.choice(alike)
        return row[start:end]


def _shifted(value: str, operator: str) -> str:
    """The value itself, or the next one where it must be passed."""
    step = {">": 1, "<": -1, "<>": 1}.get(operator)
    if step is None:
        return value
    try:
        return str(Decimal(value) + step)
    except InvalidOperation:
        pass
    try:
        if len(value) == len("2024-01-01"):
            return str(date.fromisoformat(value) + timedelta(days=step))
        return str(datetime.fromisoformat(value) + timedelta(days=step))
    except (ValueError, OverflowError):
        return value
