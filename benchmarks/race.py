"""Do many upgrades at once, and a server that goes down, ever leave a mixed state?

    python -m benchmarks race [--rounds 20] [--seed 7]

Each round: 8 upgrades at one moment, half of them by Alembic's own command; 4 upgrades against 4
downgrades; and a server that crashes at a random moment of an upgrade, after which the same command
runs again. Every process must succeed (each waits for its turn), and the schema and the rows must
be those of an undisturbed run. Exit status 1 when they are not.
"""

import sys
import time
from collections import Counter
from random import Random

import click

from benchmarks.faults import race
from benchmarks.faults.boundaries import Boundaries, State
from benchmarks.faults.restart import crash_during_upgrade
from benchmarks.kill_sweep import own_server


@click.command()
@click.option("--rounds", default=20, show_default=True)
@click.option("--seed", default=7, show_default=True, help="Of the random moments.")
def main(rounds: int, seed: int) -> None:
    """Race upgrades, and crash the server under them."""
    random = Random(seed)  # noqa: S311  nothing secret
    with own_server() as (folder, boundaries):
        start = boundaries.steps[0].end  # Phase II, with its tasks
        wanted, seconds = undisturbed(boundaries, start)
        wrong: list[str] = []
        for _ in range(rounds):
            wrong += race.upgrades(boundaries, start, wanted)
        print(f"8 upgrades at once: {rounds} rounds")
        for _ in range(rounds):
            wrong += race.up_and_down(boundaries)
        print(f"4 upgrades against 4 downgrades: {rounds} rounds")
        reached: Counter[str | None] = Counter()
        for _ in range(rounds):
            moment = random.uniform(0, seconds)
            revision, found = crash_during_upgrade(boundaries, folder, start, moment, wanted)
            reached[revision] += 1
            wrong += found
        print(f"server crashed: {rounds} rounds; the upgrades had come to {dict(reached)}")
    print("\n".join(wrong) or "all as undisturbed")
    sys.exit(bool(wrong))


def undisturbed(boundaries: Boundaries, start: str | None) -> tuple[State, float]:
    """What one upgrade from there to head makes, and how many seconds it takes."""
    with boundaries.clone(start) as name:
        began = time.monotonic()
        race.by_migrator(boundaries.url(name))
        return boundaries.state(name), time.monotonic() - began


if __name__ == "__main__":
    main(prog_name="python -m benchmarks race")
