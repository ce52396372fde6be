"""The results as markdown: a row for each cell, and what failed, in the database's own words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

from benchmarks.load.holders import FOR_EVER
from benchmarks.load.run import Result

BUDGET = 0.25
"""Seconds: the default of LOCK_TIMEOUT."""

AIM = BUDGET + 0.05
"""Seconds: and 50 ms for the machine."""

_HEAD = (
    "| clients | in the way | upgrade | longest stall, s | ops > 1 s | failed ops |"
    " failed, recycled | upgrade, s | lock tries in vain | met the hold for, s | stall before, s |"
)


def table(results: Sequence[Result]) -> str:
    """One row for each way, driver and scenario: median and extremes of its runs."""
    lines = [_HEAD, "|---|---|---|" + "--:|" * 8]
    lines += [_row(list(runs)) for _, runs in groupby(sorted(results, key=_cell), key=_cell)]
    return "\n".join(lines)


def ratios(results: Sequence[Result]) -> str:
    """How many times longer everybody waits when it is done the plain way, in the same round."""
    lines = ["| clients | in the way | longest stall, plain / make upgrade |", "|---|---|--:|"]
    pairs: dict[tuple[str, str], dict[str, list[float]]] = {}
    for one in results:
        key = (one.cell.driver.name, one.cell.scenario)
        pairs.setdefault(key, {}).setdefault(one.cell.way, []).append(one.stall)
    for (driver, scenario), stalls in pairs.items():
        if len(stalls) == 2:
            quotients = [
                plain / ours
                for ours, plain in zip(stalls["make upgrade"], stalls["plain Alembic"], strict=True)
            ]
            lines.append(f"| {driver} | {scenario} | {_spread(quotients, 0)} |")
    return "\n".join(lines)


def failures(results: Sequence[Result]) -> str:
    """Every error of every client, with how often, and every check that failed."""
    lines = []
    for one in results:
        name = f"{one.cell.way}, {one.cell.driver.name}, {one.cell.scenario}"
        lines += [f"- {name}: {wrong}" for wrong in one.wrong]
        for when, recycled in (("", False), (" on new connections", True)):
            lines += [
                f"- {name}: {times} x{when} {error}"
                for error, times in one.failed(recycled=recycled).items()
            ]
    return "\n".join(lines) or "- none"


def refusals(results: Iterable[Result]) -> str:
    """What the command said to whom it could not get past."""
    said = [one.upgrade.said for one in results if one.cell.scenario == FOR_EVER]
    return "\n\n".join(f"```\n{text}\n```" for text in said)


def _cell(result: Result) -> tuple[str, str, str]:
    return result.cell.driver.name, result.cell.scenario, result.cell.way


def _row(runs: list[Result]) -> str:
    driver, scenario, way = _cell(runs[0])
    failed = sum((one.failed() for one in runs), Counter[str]())
    recycled = sum((one.failed(recycled=True) for one in runs), Counter[str]())
    operations = sum(len(one.done) for one in runs)
    met = [one.hold.seconds for one in runs if one.hold and one.hold.seconds]
    tells = all(one.upgrade.steps for one in runs)
    tries = _spread([one.upgrade.tries for one in runs], 0) if tells else "-"
    cells = [
        driver,
        scenario,
        way,
        _spread([one.stall for one in runs], 3),
        _spread([one.slower_than(1.0) for one in runs], 0),
        f"{failed.total()} of {operations}",
        str(recycled.total()),
        _spread([one.upgrade.seconds for one in runs], 1),
        tries,
        _spread(met, 1) if met else "-",
        _spread([one.floor for one in runs], 3),
    ]
    return f"| {' | '.join(cells)} |"


def _spread(values: Sequence[float], digits: int) -> str:
    """Median (least to most), or the one value."""
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"
