"""Contenders take turns, so that a noisy neighbour hits all of them alike."""

import asyncio
import gc
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import inf
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from benchmarks.speed.contenders import LIMIT, OPERATIONS, Contender, Operation, Turn
from models import MessageCreate

PATIENCE = 1.0
"""Seconds that a contender gets for an operation in a round."""
_WARM = 17  # each conversation once; psycopg prepares what it has executed five times

Cell = tuple[str, str]
"""An operation and a contender."""


@dataclass
class Results:
    """Seconds of each cell, a list a round."""

    times: dict[Cell, list[list[float]]] = field(default_factory=dict)

    def milliseconds(self, cell: Cell, share: float = 0.5) -> float:
        """The quantile of all rounds together."""
        pooled = sorted(one for times in self.times[cell] for one in times)
        return 1000 * pooled[min(len(pooled) - 1, int(share * len(pooled)))]

    def ratios(self, cell: Cell, base: Cell) -> list[float]:
        """Of the medians, a round each."""
        pairs = zip(self.times[cell], self.times[base], strict=True)
        return [median(times) / median(bases) for times, bases in pairs]

    def ratio(self, cell: Cell, base: str = LIMIT) -> float:
        """To another contender at the same operation: the median of the rounds."""
        return median(self.ratios(cell, (cell[0], base)))


class Turns:
    """The conversations of one operation, in turn, and new messages for them."""

    def __init__(self, read: Sequence[UUID], written: Sequence[UUID]) -> None:
        self._conversations = {True: written, False: read}
        self._number = count()

    def of(self, operation: str, times: int) -> list[Turn]:
        conversations = self._conversations[operation == "append"]
        return [
            Turn(conversations[next(self._number) % len(conversations)], _message())
            for _ in range(times)
        ]


def _message() -> MessageCreate:
    return MessageCreate(role="user", content="What is there to do? " * 20, agent_name="Ava")


def measure(
    contenders: Sequence[Contender],
    turns: Turns,
    rounds: int,
    times: int = 6,
    runner: asyncio.Runner | None = None,
    warm: bool = True,
) -> Results:
    """Every operation of every contender, `times` times a round, as far as PATIENCE reaches.

    Those of one operation follow each other at once. Rounds are short and many: what else the
    machine does lasts longer than one, and a ratio is of one round.
    """
    results = Results()
    cells = [(operation, one) for operation in OPERATIONS for one in contenders]
    cells = [(operation, one) for operation, one in cells if operation in one.operations]
    for operation, one in cells:
        if warm:
            _timed(one.operations[operation], turns.of(operation, _WARM), runner, inf)
        results.times[operation, one.name] = []
    gc.collect()
    gc.freeze()  # what was imported is not looked at again and again
    for number in range(rounds):
        for operation, one in _rotated(cells, number):
            taken = _timed(one.operations[operation], turns.of(operation, times + 1), runner)
            results.times[operation, one.name].append(taken)
    return results


def _rotated(cells: Sequence[Any], number: int) -> Iterator[Any]:
    """Whoever goes first in one round goes last in another."""
    start = number * 3 % len(cells)
    yield from (*cells[start:], *cells[:start])


def _timed(
    operation: Operation,
    turns: Sequence[Turn],
    runner: asyncio.Runner | None,
    patience: float = PATIENCE,
) -> list[float]:
    """The first turn is not timed."""
    first = operation(turns[0])
    if inspect.isawaitable(first):
        if runner is None:
            raise TypeError(operation)  # only peers are async
        return runner.run(_timed_async(operation, first, turns[1:], patience))
    taken: list[float] = []
    began = perf_counter()
    for turn in turns[1:]:
        start = perf_counter()
        operation(turn)
        end = perf_counter()
        taken.append(end - start)
        if end - began > patience:
            break
    return taken


async def _timed_async(
    operation: Operation, first: Any, turns: Sequence[Turn], patience: float
) -> list[float]:
    await first
    taken: list[float] = []
    began = perf_counter()
    for turn in turns:
        start = perf_counter()
        await operation(turn)
        end = perf_counter()
        taken.append(end - start)
        if end - began > patience:
            break
    return taken
