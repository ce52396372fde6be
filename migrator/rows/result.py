"""What became of the tables that were to be filled."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unfilled:
    """A table that got no rows although it was to have more, and why, in one line."""

    table: str
    reason: str


@dataclass(frozen=True)
class Filled:
    """How many rows each table holds, by full name (`public.tasks`, `public."user"`).

    Fewer than asked for where the constraints allow no more, such as a boolean key. A partitioned
    table counts the rows of its partitions, which are counted by themselves too.
    """

    rows: Mapping[str, int]
    failed: list[Unfilled]
