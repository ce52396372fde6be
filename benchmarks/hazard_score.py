"""How many of the known hazards does a review find, and how often does it cry wolf?

    python -m benchmarks hazard_score [--major 18] [--write]

Runs every case of tests/hazards on every PostgreSQL that is found. Recall counts the right hazard
at the right statement; a false alarm is an error or a warning on a case that is safe. A missing
lock_timeout counts only in the cases about it. `--write` keeps the findings of PostgreSQL 18, of
which docs/rules/ is made. Exit status 1 when a hazard is missed or an alarm is false.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from migrator import embedded
from migrator.review.finding import Finding
from tests.hazards import results
from tests.hazards.case import Case, cases, judge
from tests.servers import installations

PROCESSES = 2


@dataclass(frozen=True)
class Score:
    """`found` of `expected` hazards, `alarms` in `safe` cases, and what is wrong, a line each."""

    found: int
    expected: int
    alarms: int
    safe: int
    wrong: tuple[str, ...]

    @classmethod
    def of(cls, judged: Sequence[tuple[Case, Sequence[Finding]]]) -> "Score":
        found = expected = alarms = safe = 0
        wrong = []
        for case, findings in judged:
            said = case.alarms(findings)
            expected += len(case.expected)
            found += len(case.expected & said)
            wrong += [f"missed  {case.name}  {at}  {rule}" for at, rule in case.expected - said]
            if not case.expected:
                safe += 1
                alarms += bool(said)
                wrong += [f"false   {case.name}  {at}  {rule}" for at, rule in said]
        return cls(found, expected, alarms, safe, tuple(sorted(wrong)))


def run(major: int, rows: int) -> list[tuple[Case, list[Finding]]]:
    """All cases on a server of its own that is gone afterwards."""
    listed = cases(major)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        server = embedded.start(place, durable=False, bin_dir=installations()[major])
        try:
            with ProcessPoolExecutor(PROCESSES) as pool:
                addresses = [server.url()] * len(listed)
                found = list(pool.map(_judged, listed, addresses, [rows] * len(listed)))
        finally:
            embedded.stop(place)
    return list(zip(listed, found, strict=True))


def _judged(case: Case, address: str, rows: int) -> list[Finding]:
    return judge(case.rehearse(address, rows))


@click.command()
@click.option("--major", type=int, multiple=True, help="Default: every server that is found.")
@click.option("--rows", default=results.ROWS, show_default=True, help="In each table.")
@click.option("--write", is_flag=True, help="Keep the findings for docs/rules/.")
def main(major: tuple[int, ...], rows: int, write: bool) -> None:
    """Count what a review finds in the cases of tests/hazards."""
    failed = False
    for one in major or tuple(installations()):
        began = time.monotonic()
        judged = run(one, rows)
        score = Score.of(judged)
        failed |= bool(score.wrong)
        print(
            f"PostgreSQL {one}: {score.found} of {score.expected} hazards found,"
            f" {score.alarms} false alarms in {score.safe} safe cases"
            f" ({time.monotonic() - began:.0f} s)"
        )
        print("".join(f"  {line}\n" for line in score.wrong), end="")
        if write and one == max(installations()):
            results.write({case.name: results.shown(found) for case, found in judged})
    sys.exit(failed)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks hazard_score")
