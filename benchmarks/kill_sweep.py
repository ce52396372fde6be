"""Is an upgrade that was struck half-way finished by the same command, whenever it was struck?

    python -m benchmarks kill_sweep [--every 1]

Before every statement and every commit of every revision, up and down: SIGKILL to the migrating
process, and pg_terminate_backend on its session; also in the middle of each concurrent build and
drop. Then the same command again: the schema and the rows must be those of an undisturbed run.
Exit status 1 when one is not.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks.faults import midway, sweep
from benchmarks.faults.boundaries import Boundaries
from migrator import embedded


@contextmanager
def own_server() -> Iterator[tuple[Path, Boundaries]]:
    """A server for this run, with a template at each revision boundary."""
    with tempfile.TemporaryDirectory(prefix="faults_") as folder:
        place = Path(folder) / "postgres"
        boundaries = Boundaries(embedded.start(place, durable=False))
        try:
            boundaries.build()
            yield place, boundaries
        finally:
            embedded.stop(place)


@click.command()
@click.option("--every", default=1, show_default=True, help="Only each n-th point (odd).")
def main(every: int) -> None:
    """Kill an upgrade at every statement and run it again."""
    with own_server() as (_, boundaries):
        found = list(sweep.points(boundaries))
        between = found[::every]
        inside = [point for point in found if point.waits]
        wrong = []
        for number, point in enumerate(between, start=1):
            wrong += sweep.strike(boundaries, point)
            if number % 100 == 0:
                print(f"{number} of {len(between)}", file=sys.stderr, flush=True)
        print(_count("between statements", len(between), wrong))
        late: list[str] = []
        for point in inside:
            late += midway.strike(boundaries, point)
        print(_count("in the middle of a concurrent build or drop", len(inside), late))
    print("\n".join(wrong + late))
    sys.exit(bool(wrong or late))


def _count(where: str, struck: int, wrong: list[str]) -> str:
    failed = len({line.split(": ")[0] for line in wrong})
    return f"{where}: {struck - failed} of {struck} ended as undisturbed"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks kill_sweep")
