"""Units that conditions tie together, and rows of them that meet the conditions."""

from collections.abc import Callable, Sequence
from itertools import chain
from random import Random

from migrator.rows.expressions import comparisons
from migrator.rows.judge import Judge, Row
from migrator.rows.search import Search
from migrator.rows.suggestions import moved
from migrator.rows.units import Unit, Values, alike, scatter, skewed

_Condition = str


class Component:
    """One unit, or several that can only be chosen together."""

    def __init__(
        self,
        units: Sequence[Unit],
        conditions: Sequence[_Condition],
        judge: Callable[..., Judge],
        names: dict[str, str],
        rng: Random,
    ) -> None:
        """`names` are the units' columns by their quoted names."""
        self.units = units
        self.columns = tuple(chain.from_iterable(unit.columns for unit in units))
        self._rng = rng
        self._conditions = conditions
        self._next = 0
        self._given: set[Row] = set()
        self._solutions: list[Row] | None = None
        if conditions:
            own = {quoted for quoted, name in names.items() if name in self.columns}
            asked = [
                type(one)(names[one.column], one.operator, one.other)
                for condition in conditions
                for one in comparisons(condition, own)
            ]
            self._judge = judge(self.columns, conditions)
            found = Search(judge(self.columns, conditions, asked), units, asked, rng).solutions()
            self._solutions = found

    @property
    def possible(self) -> bool:
        """Whether anything meets the conditions."""
        return self._solutions is None or bool(self._solutions)

    @property
    def conditions(self) -> Sequence[_Condition]:
        return self._conditions

    def draw(self, count: int) -> list[Row]:
        """Rows of the columns; fewer than `count` when there are no more different ones."""
        if self._solutions is None:
            (unit,) = self.units
            return self._different(unit, count) if unit.distinct else unit.draw(count, self._rng)
        if any(unit.distinct for unit in self.units):
            return self._extended(count)
        without = [row for row in self._solutions if None not in row]
        with_some = [row for row in self._solutions if None in row]
        made = skewed(without or with_some, count, self._rng)
        if with_some and without:
            for place in self._rng.sample(range(count), count // 10):
                made[place] = self._rng.choice(with_some)
        return scatter(made, self._solutions, None, self._rng)

    def _different(self, unit: Unit, count: int) -> list[Row]:
        made = unit.enumerate(self._next, count)
        self._next += len(made)
        if unit.nothing is None:
            return made
        return scatter(made, (), unit.nothing, self._rng) + [unit.nothing] * (count - len(made))

    def _extended(self, count: int) -> list[Row]:
        """Rows whose distinct units occur once: what was found, and more of its kind."""
        made = [row for row in self._solutions or () if self._is_new(row)]
        barren = 0
        while len(made) < count and barren < 3:
            size = max(count - len(made), 50)
            before = len(made)
            for change in (self._numbered, self._stepped, self._alike):
                if len(made) >= count:
                    break
                tried = change(min(size, 200 if barren == 0 and size > 200 else size))
                made += self._passing(tried)
            barren = barren + 1 if len(made) == before else 0
        empty = [row for row in self._solutions or () if self._is_empty(row)]
        made = made[:count] + [self._rng.choice(empty) for _ in range(count - len(made)) if empty]
        self._rng.shuffle(made)
        return made

    def _is_empty(self, row: Row) -> bool:
        """Whether it may occur as often as one likes: nothing in it is to be distinct."""
        return all(None in row[start:end] for unit, (start, end) in self._spans() if unit.distinct)

    def _passing(self, rows: list[Row]) -> list[Row]:
        verdicts = self._judge.judge(rows)
        return [
            row
            for row, verdict in zip(rows, verdicts, strict=True)
            if not verdict.missed and self._is_new(row)
        ]

    def _is_new(self, row: Row) -> bool:
        """Remember the row, unless one of its distinct units has been there."""
        keys = [(span, row[span[0] : span[1]]) for unit, span in self._spans() if unit.distinct]
        marks = [(*span, *value) for span, value in keys if None not in value]
        if any(mark in self._given for mark in marks):
            return False
        self._given.update(marks)  # type: ignore[arg-type]
        return True

    def _spans(self) -> list[tuple[Unit, tuple[int, int]]]:
        spans, start = [], 0
        for unit in self.units:
            spans.append((unit, (start, start + len(unit.columns))))
            start += len(unit.columns)
        return spans

    def _changed(
        self, count: int, change: Callable[[Unit, Values, int], Values | None]
    ) -> list[Row]:
        rows = []
        solutions = self._solutions or []
        for number in range(self._next, self._next + count):
            row = self._rng.choice(solutions)
            for unit, (start, end) in self._spans():
                if not unit.distinct:
                    continue
                value = change(unit, row[start:end], number)
                if value is not None:
                    row = row[:start] + value + row[end:]
            rows.append(row)
        return rows

    def _numbered(self, count: int) -> list[Row]:
        rows = self._changed(count, lambda unit, _, number: unit.nth(number))
        self._next += count
        return rows

    def _stepped(self, count: int) -> list[Row]:
        def step(unit: Unit, values: Values, number: int) -> Values | None:
            (value, *more) = values
            further = None if value is None or more else moved(value, number)
            if further is None:
                return None
            accepted = unit.accept(unit.columns[0], further)
            return None if accepted is None else (accepted,)

        return self._changed(count, step)

    def _alike(self, count: int) -> list[Row]:
        def other(unit: Unit, values: Values, _: int) -> Values | None:
            if unit.is_key or len(values) > 1 or values[0] is None or not unit.texts:
                return None
            return (alike(values[0], self._rng),)

        return self._changed(count, other)
