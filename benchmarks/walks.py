"""Random walks through schemas: autogenerate writes each step; up and down, nothing may differ.

    python -m benchmarks walks [--walks 20] [--seed 1] [--major 18]

Hypothesis draws the walks of a seed; a walk that fails is printed and ends the run.
"""

import secrets
from itertools import count

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.autogenerate_table import own_server
from tests.autogenerate.lab import copy_of
from tests.autogenerate.walks import Choice, walk, walks


@click.command()
@click.option("--walks", "wanted", default=20, help="How many.")
@click.option("--seed", "number", type=int, help="Of an earlier run; default: a new one.")
@click.option("--major", default=18, help="Which PostgreSQL.")
def main(wanted: int, number: int | None, major: int) -> None:
    """Walk, and compare the catalogs after each step up and down."""
    chosen = secrets.randbelow(2**32) if number is None else number
    print(f"seed {chosen}", flush=True)
    steps = count()
    with own_server(major) as (place, server):
        names = count()

        @seed(chosen)
        @settings(
            max_examples=wanted,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(walks)
        def go(choices: list[Choice]) -> None:
            with copy_of(place / "template", place / f"walk{next(names)}", server) as lab:
                walk(choices, lab)
            for _ in choices:
                next(steps)

        go()
        print(f"{next(names)} walks of {next(steps)} steps: every upgrade and downgrade was equal")
