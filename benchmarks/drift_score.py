"""How much drift is seen, named and repaired, and what is told without reason.

    python -m benchmarks drift_score [--own] [--back] [--major 18]

Judges the pairs of tests/drift/cases on a server of its own; `--own` takes those of more.toml,
`--back` goes from A to B.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from migrator import embedded
from migrator.embedded import Server
from tests.drift.judge import Verdict, given, judge, judge_back, make_roles, more
from tests.servers import installations


@contextmanager
def own_server(major: int = 18) -> Iterator[Server]:
    """An empty server for this run."""
    with tempfile.TemporaryDirectory(prefix="drift_") as folder:
        place = Path(folder) / "postgres"
        try:
            yield embedded.start(place, durable=False, bin_dir=installations()[major])
        finally:
            embedded.stop(place)


@click.command()
@click.option("--own", is_flag=True, help="Our own pairs instead of the cases.")
@click.option("--back", is_flag=True, help="The other way round: B is wanted, A is there.")
@click.option("--major", default=18, help="Which PostgreSQL.")
def main(own: bool, back: bool, major: int) -> None:
    """How much drift is seen and repaired, of tests/drift."""
    with own_server(major) as server:
        make_roles(server)
        known = [case for case in (more() if own else given()) if case.min_pg <= major]
        if back:
            verdicts = {case: judge_back(server, case) for case in known if not case.one_way}
        else:
            verdicts = {case: judge(server, case) for case in known}
    drifts = {case: one for case, one in verdicts.items() if case.drift}
    for case, verdict in verdicts.items():
        if case.drift and not _good(verdict, back):
            print(f"{case.name}: {verdict.error or verdict.left or verdict.lost or 'not named'}")
        if not case.drift and verdict.seen:
            print(f"{case.name}: false alarm")
    seen = sum(one.seen and (one.named or back) for one in drifts.values())
    repaired = sum(_good(one, back) for one in drifts.values())
    alarms = sum(one.seen for case, one in verdicts.items() if not case.drift)
    print(f"seen and named  {seen}/{len(drifts)}")
    print(f"repaired        {repaired}/{len(drifts)}")
    print(f"false alarms    {alarms}/{len(verdicts) - len(drifts)}")
    sys.exit(0 if seen == repaired == len(drifts) and not alarms else 1)


def _good(verdict: Verdict, back: bool) -> bool:
    return verdict.seen and (verdict.named or back) and verdict.repaired
