"""Every drift is seen, named and repaired without a row lost, and nothing else is told."""

import pytest

from migrator.embedded import Server
from tests.drift.judge import Case, given, judge, major_of, more

EVERY = given() + more()


@pytest.mark.parametrize("case", EVERY, ids=[case.name for case in EVERY])
def test_case(judged: Server, case: Case) -> None:
    if case.min_pg > major_of(judged):
        return  # this server does not know the syntax: nothing to judge
    verdict = judge(judged, case)
    if not case.drift:
        assert not verdict.seen
        return
    assert verdict.seen
    assert verdict.named
    assert (verdict.error, verdict.left, verdict.lost) == ("", [], [])
