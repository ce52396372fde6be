"""Every drift is seen, named and repaired without a row lost, and nothing else is told."""

import pytest

from migrator.embedded import Server
from tests.drift.judge import Case, given, judge, judge_there_and_back, major_of, more

EVERY = given() + more()
DRIFTS = [case for case in EVERY if case.drift]
OTHERS = [case for case in EVERY if not case.drift]


@pytest.mark.parametrize("case", DRIFTS, ids=[case.name for case in DRIFTS])
def test_drift(judged: Server, case: Case) -> None:
    """And the other way round: what was A is repaired into B."""
    if case.min_pg > major_of(judged):
        return  # this server does not know the syntax: nothing to judge
    if case.one_way or case.hold_session:
        verdicts = [judge(judged, case)]
    else:
        verdicts = list(judge_there_and_back(judged, case))
    assert all(one.seen for one in verdicts)
    assert verdicts[0].named
    assert [(one.error, one.left, one.lost) for one in verdicts] == [("", [], [])] * len(verdicts)


@pytest.mark.parametrize("case", OTHERS, ids=[case.name for case in OTHERS])
def test_what_is_no_drift(judged: Server, case: Case) -> None:
    if case.min_pg <= major_of(judged):
        assert not judge(judged, case).seen
