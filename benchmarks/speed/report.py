"""The figures as markdown, and their places in docs/performance.md."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.contenders import LIMIT, OPERATIONS
from benchmarks.speed.ours import ASK, OWNERS_SESSION, PLAIN, SESSION
from benchmarks.speed.rounds import Results
from benchmarks.speed.stage import SHARED_BUFFERS
from docs._generate import markdown

AIMS = {
    "latest": 2.2,
    "objects": 4.5,
    "history": 1.3,
    "conversations": 2.5,
    "tasks": 2.5,
    "append": 3.0,
}
"""How many times the limit `run` may take."""
AIM_POLICIES = 1.6
"""How many times the same without it may take, under row-level security."""


def speed(results: Results) -> str:
    """Our own: milliseconds, and the ratio to the limit with its aim."""
    rows = []
    for name, words in OPERATIONS.items():
        aim = AIMS.get(name)
        rows.append(
            [
                words,
                f"{results.milliseconds((name, LIMIT)):.3f}",
                _ratio(results, name, PLAIN),
                f"{aim:g}" if aim else "",
                *(_ratio(results, name, way) for way in (ASK, SESSION)),
            ]
        )
    return markdown.table(
        ("operation", "limit, ms", f"x limit: {PLAIN}", "aim", f"x limit: {ASK}", SESSION), rows
    )


def policies(results: Results) -> str:
    """What row-level security and its transaction cost: as a multiple of the same without."""
    rows = [
        [words, *(_ratio(results, name, way, PLAIN) for way in (ASK, SESSION, OWNERS_SESSION))]
        for name, words in OPERATIONS.items()
    ]
    heads = ("operation", f"x plain: {ASK}", SESSION, OWNERS_SESSION)
    return markdown.table(heads, rows)


def peers(results: Results, names: Sequence[str]) -> str:
    """Milliseconds (median / 95 %), and how many times what ours takes."""
    rows = []
    for name, words in OPERATIONS.items():
        offered = [one for one in names if (name, one) in results.times]
        if not offered:
            continue
        ours = f"{_milliseconds(results, name, PLAIN)}"
        cells = [
            f"{_milliseconds(results, name, one)} · {results.ratio((name, one), PLAIN):.1f} x"
            if one in offered
            else ""
            for one in names
        ]
        rows.append([words, ours, *cells])
    return markdown.table(("operation", PLAIN, *names), rows)


def slower(results: Results, names: Sequence[str]) -> list[str]:
    """Where a peer is as fast as ours, or faster."""
    return [
        f"{one}: {OPERATIONS[name]}"
        for name in OPERATIONS
        for one in names
        if (name, one) in results.times and results.ratio((name, one), PLAIN) <= 1
    ]


def far(results: Results, turns: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    """Over a long wire: milliseconds, with round trips and statements as counted."""
    names = [one for one in dict.fromkeys(who for _, who in results.times) if one != OWNERS_SESSION]
    rows = []
    for name, words in OPERATIONS.items():
        cells = []
        for who in names:
            if (name, who) not in results.times:
                cells.append("")
                continue
            trips, statements = turns[name, who]
            cells.append(f"{results.milliseconds((name, who)):.1f} ({trips}, {statements})")
        if any(cells):
            rows.append([words, *cells])
    return markdown.table(("operation", *names), rows)


def sizes(results: Mapping[int, Results], cells: Sequence[tuple[str, str]]) -> str:
    """The same operations on tables of several sizes: median and 95 %, ratio to the smallest."""
    small, *others = sorted(results)
    rows = []
    for cell in cells:
        row = [OPERATIONS.get(cell[0], cell[0])]
        for size in (small, *others):
            found = results[size]
            row += [f"{found.milliseconds(cell):.3f}", f"{found.milliseconds(cell, 0.95):.3f}"]
        for size in others:
            for share in (0.5, 0.95):
                base = results[small].milliseconds(cell, share)
                row.append(f"{results[size].milliseconds(cell, share) / base:.2f}")
        rows.append(row)
    heads = ["operation"]
    for size in (small, *others):
        heads += [f"{size / 1e6:g} M: p50, ms", "p95, ms"]
    heads += ["p50 x", "p95 x"] * len(others)
    return markdown.table(heads, rows)


def crowd(times: Mapping[str, Sequence[float]]) -> str:
    """Every query with many clients at once; milliseconds."""
    rows = []
    for name in sorted(times):
        found = sorted(times[name])
        at = [found[min(len(found) - 1, int(share * len(found)))] for share in (0.5, 0.95, 0.99)]
        rows.append([f"`{name}`", str(len(found)), *(f"{1000 * one:.1f}" for one in at)])
    return markdown.table(("query", "times", "p50, ms", "p95, ms", "p99, ms"), rows)


def machine(postgres: str, messages: int, rounds: int) -> str:
    """What it was measured on."""
    names = ("psycopg", "sqlalchemy", "sqlmodel")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    load, cores = os.getloadavg()[0], os.cpu_count()
    return (
        f"{messages:,} messages, {rounds} rounds. PostgreSQL {postgres} (the embedded one, its "
        f"defaults but shared_buffers {SHARED_BUFFERS}, unix socket, synchronous_commit off), "
        f"Python {platform.python_version()}, {versions}; {cores} cores of {_processor()}, "
        f"load average {load:.1f} at the end."
    )


def write(page: Path, parts: Mapping[str, str]) -> None:
    """Put each part between its markers in the page. Raises MigratorError if there is no place."""
    text = page.read_text()
    for marker, content in parts.items():
        text = markdown.between(text, marker, content, str(page))
    page.write_text(text)


def _processor() -> str:
    lines = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (lines.read_text().splitlines() if lines.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()


def _milliseconds(results: Results, name: str, who: str) -> str:
    cell = (name, who)
    return f"{results.milliseconds(cell):.2f} / {results.milliseconds(cell, 0.95):.2f}"


def _ratio(results: Results, name: str, who: str, base: str = LIMIT) -> str:
    """Median of the rounds, and between what four of five lie."""
    if (name, who) not in results.times:
        return ""
    found = sorted(results.ratios((name, who), (name, base)))
    tenth = len(found) // 10
    low, high = found[tenth], found[-1 - tenth]
    return f"{results.ratio((name, who), base):.2f} ({low:.2f} to {high:.2f})"
