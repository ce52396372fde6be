"""How long does the application wait while the whole history is applied, from Phase II to head?

    python -m benchmarks under_load [--tasks 1000000] [--rounds 3] [--plot docs/under-load.png]

A server of its own is filled with Phase II's tasks. For each cell the database is cloned, 8 clients
ask 200 times a second (open loop: an operation is late from the moment it was due), somebody gets
in the way, and the history is applied: by `make upgrade`, and as autogenerate writes the same
change (benchmarks/load/plain/). Both take turns within a round, so that a noisy neighbour hits both
alike. Every run is checked: all rows there, every acknowledged write, the schema of head.

Prints markdown. Exit status 1 when a check fails. Needs about 2 GB of disk for a million tasks.
"""

import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from benchmarks.load import plot as plots
from benchmarks.load import report
from benchmarks.load.clients import DRIVERS
from benchmarks.load.holders import FOR_EVER, HOLDERS
from benchmarks.load.run import Cell, Result, run
from benchmarks.load.stage import stage
from benchmarks.load.ways import WAYS
from benchmarks.pictures import library

_NAMES = tuple(HOLDERS)


@click.command()
@click.option("--tasks", default=1_000_000, show_default=True, help="Rows of Phase II.")
@click.option("--rounds", default=1, show_default=True, help="Runs of each cell.")
@click.option("--rate", default=200.0, show_default=True, help="Operations per second.")
@click.option("--hold", default=8.0, show_default=True, help="Seconds to be in the way.")
@click.option("--lock-wait", default=60.0, show_default=True, help="LOCK_WAIT of make upgrade.")
@click.option("--scenario", "scenarios", multiple=True, type=click.Choice(_NAMES), default=_NAMES)
@click.option("--clients", "drivers", multiple=True, type=click.Choice(list(DRIVERS)),
              default=tuple(DRIVERS), help="Prepared statements or not.")  # fmt: skip
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), default=tuple(WAYS))
@click.option(
    "--plot", type=click.Path(path_type=Path), help="PNG of the scenario with the longest stall."
)
def main(
    tasks: int,
    rounds: int,
    rate: float,
    hold: float,
    lock_wait: float,
    scenarios: Sequence[str],
    drivers: Sequence[str],
    ways: Sequence[str],
    plot: Path | None,
) -> None:
    """Measure what the application waits during an upgrade."""
    if plot:
        library()  # says that it is missing now, and not when all is done
    results: list[Result] = []
    with stage(tasks) as prepared:
        print(f"{tasks:,} tasks, PostgreSQL {prepared.version}, Python {platform.python_version()}")
        print(f"Plan names beforehand: {', '.join(prepared.named)}", end="\n\n")
        titles = prepared.titles
        for number, (driver, scenario) in enumerate(_cells(drivers, scenarios, rounds)):
            # Whoever goes first in one round goes second in the next.
            for way in ways if number % 2 else tuple(reversed(ways)):
                if scenario == FOR_EVER and way == "plain Alembic":
                    continue  # it would wait for ever, and everybody behind it
                cell = Cell(way, DRIVERS[driver], scenario, rate, hold, lock_wait)
                results.append(run(prepared, cell))
                _say(_line(results[-1]))
    print(report.table(results), end="\n\n")
    print(report.ratios(results), end="\n\n")
    print(f"Failed operations and checks:\n\n{report.failures(results)}", end="\n\n")
    print(report.refusals(results))
    if plot:
        plots.draw(_pair(results), titles, tasks, plot)
    sys.exit(any(one.wrong for one in results))


def _cells(
    drivers: Sequence[str], scenarios: Sequence[str], rounds: int
) -> Iterator[tuple[str, str]]:
    for _ in range(rounds):
        for driver in drivers:
            for scenario in scenarios:
                yield driver, scenario


def _pair(results: Sequence[Result]) -> list[Result]:
    """One run of each way, of the scenario with the longest stall: plain above."""
    worst = max(results, key=lambda one: one.stall).cell
    newest = {
        one.cell.way: one
        for one in results
        if (one.cell.scenario, one.cell.driver) == (worst.scenario, worst.driver)
    }
    return [newest[way] for way in reversed(WAYS) if way in newest]


def _line(one: Result) -> str:
    return (
        f"{one.cell.driver.name}, {one.cell.scenario}, {one.cell.way}: stall {one.stall:.3f} s, "
        f"upgrade {one.upgrade.seconds:.1f} s, failed {one.failed().total()}"
        + "".join(f"; WRONG: {wrong}" for wrong in one.wrong)
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks under_load")
