"""Every case: the verdict is right, what is lost is named, and what comes back raises no alarm."""

from pathlib import Path

import pytest

from migrator.review.reversal import Place
from migrator.review.reversal.steps import Worker
from tests.reversal.judging import Outcome, judge
from tests.reversal.projects import CASES, MORE


def _say(outcome: Outcome) -> str:
    told = "\n".join(finding.message for finding in outcome.reversal.findings)
    return f"{outcome.reversal.verdict}, missing {outcome.missing}\n{told}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_with_the_rows_of_the_case(case: Path, place: Place, steps: Worker, tmp_path: Path) -> None:
    outcome = judge(case, tmp_path, place, steps, given=True)
    assert outcome.right, _say(outcome)
    assert not outcome.alarms


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: case.stem)
def test_with_generated_rows_only(case: Path, place: Place, steps: Worker, tmp_path: Path) -> None:
    outcome = judge(case, tmp_path, place, steps, given=False)
    assert outcome.right, _say(outcome)
    assert not outcome.alarms
