"""How many of the cases of tests/reversal are judged rightly, with and without their rows?

    python -m benchmarks.reversal_score [--more]

Each case is rehearsed in throwaway databases on the embedded server. Prints two tables in
markdown, with the cases that were judged wrongly below; exit status 1 when there are any.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from migrator import embedded
from migrator.review.reversal import Place, worker
from tests.reversal.judging import Outcome, judge
from tests.reversal.projects import CASES, MORE

_VERDICTS = ("reversible", "lossy", "incomplete", "fails", "irreversible-declared")


@click.command()
@click.option("--more", is_flag=True, help="Also the cases of tests/reversal/more.")
def main(more: bool) -> None:
    """Score the reversal cases."""
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder) / "postgres", durable=False)
        try:
            place = Place(server.url())
            wrong = _table("the rows of the case", CASES, place, Path(folder), given=True)
            generated = [*CASES, *MORE] if more else CASES
            wrong += _table("generated rows only", generated, place, Path(folder), given=False)
        finally:
            embedded.stop(Path(folder) / "postgres")
    sys.exit(1 if wrong else 0)


def _table(title: str, cases: list[Path], place: Place, folder: Path, *, given: bool) -> int:
    outcomes = {}
    with worker() as steps:
        for case in cases:
            with tempfile.TemporaryDirectory(dir=folder) as own:
                outcomes[case.stem] = judge(case, Path(own), place, steps, given=given)
    _print(title, outcomes)
    return sum(not one.right or bool(one.alarms) for one in outcomes.values())


def _print(title: str, outcomes: dict[str, Outcome]) -> None:
    of_all = Counter(one.verdict for one in outcomes.values())
    right = Counter(one.verdict for one in outcomes.values() if one.right and not one.alarms)
    print(f"\n| {title} | judged rightly |\n|---|---|")
    for verdict in _VERDICTS:
        print(f"| {verdict} | {right[verdict]}/{of_all[verdict]} |")
    print(f"| all | {right.total()}/{of_all.total()} |")
    for name, one in outcomes.items():
        if not one.right or one.alarms:
            lost = ", ".join(f"{e.what} {e.table}" for e in one.missing)
            print(f"\n{name}: {one.reversal.verdict} instead of {one.verdict}; missing: {lost}")


if __name__ == "__main__":
    main()
