"""Units: columns whose values are chosen together, a single column or those of foreign keys."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

Values = tuple[str | None, ...]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Unit:
    """What may stand in some columns."""

    columns: tuple[str, ...]
    kinds: tuple[int, ...]
    """The oids of the columns' types, below domains."""
    ordinary: list[Values]
    """What most rows have: the first ones more often than the last."""
    borders: list[Values]
    """What one row each is to have."""
    nothing: Values | None
    """What an empty one looks like, if it may be empty."""
    nth: Callable[[int], Values | None]
    """Values that all differ, None beyond the last."""
    accept: Callable[[str, str], str | None]
    """A value for a column as its type would have it, if it can."""
    distinct: bool = False
    derived: list[Values] = field(default_factory=list)
    """What the conditions suggest."""
    texts: bool = False
    """Whether any text of the right length is a value."""
    is_key: bool = False
    """Whether it refers to rows of another table, so that other values are of no use."""

    @property
    def suggestions(self) -> list[Values]:
        return [*self.derived, *self.borders, *self.ordinary[:100]]

    def try_out(self, count: int, rng: Random) -> list[Values]:
        """Values to search with: all that is known, what conditions suggest more often."""
        known = self.suggestions
        empty = [self.nothing] if self.nothing is not None else []
        made = [*empty, *known][:count]
        pools = [pool for pool in (self.derived, self.derived, self.ordinary, self.borders) if pool]
        while len(made) < count:
            if empty and (rng.random() < 0.15 or not pools):
                made.append(empty[0])
            elif pools:
                made.append(rng.choice(rng.choice(pools)))
            else:
                return [(None,) * len(self.columns)] * count
        if count > 1:
            rng.shuffle(made)
        return made

    def draw(self, count: int, rng: Random) -> list[Values]:
        """Values for `count` rows: skewed, a tenth empty where allowed, each border once."""
        pool = self.ordinary or self.borders
        if not pool:
            return [(None,) * len(self.columns)] * count
        return scatter(skewed(pool, count, rng), self.borders, self.nothing, rng)

    def enumerate(self, start: int, count: int) -> list[Values]:
        """The values from number `start` on, fewer than `count` when they run out."""
        made = []
        for number in range(start, start + count):
            value = self.nth(number)
            if value is None:
                break
            made.append(value)
        return made


def skewed(pool: Sequence[Values], count: int, rng: Random) -> list[Values]:
    """Half of the draws come from the first eighth of the pool."""
    size, draw = len(pool), rng.random
    return [pool[int(size * draw() ** 3)] for _ in range(count)]


def scatter(
    made: list[Values], borders: Sequence[Values], nothing: Values | None, rng: Random
) -> list[Values]:
    """Put each border into one place, and nothing into a tenth of the places."""
    count = len(made)
    if nothing is not None:
        for place in rng.sample(range(count), count // 10):
            made[place] = nothing
    room = min(len(borders), count // 4)
    for place, value in zip(rng.sample(range(count), room), borders, strict=False):
        made[place] = value
    return made


def alike(value: str, rng: Random) -> str:
    """A text of the same shape: digits for digits, letters for letters."""

    def other(found: re.Match[str]) -> str:
        char = found[0]
        if char.isdigit():
            return rng.choice("0123456789")
        letter = rng.choice(_LETTERS)
        return letter if char.islower() else letter.upper()

    return re.sub(r"[0-9A-Za-z]", other, value)
