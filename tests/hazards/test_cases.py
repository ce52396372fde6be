"""Every case: the hazards that it has, at the statements that have them, and nothing else."""

import os

import pytest

from migrator.embedded import Server
from tests.hazards.case import POLICY, Case, cases, judge

ROWS = 4000
"""Enough to count as many (rules.step.MANY), also in the smaller one of the two runs."""

MAJOR = int(os.environ.get("PG_MAJOR", "18"))


@pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in cases(MAJOR)])
def test_case(case: Case, server: Server) -> None:
    findings = judge(case.rehearse(server.url(), ROWS))
    found = case.alarms(findings)
    assert case.expected <= found
    if not case.expected:
        assert not found, [one.message for one in findings]
    for one in findings:
        assert one.message
        assert "\n" not in one.message
        assert one.statement is None or one.line


def test_cases_are_told_apart() -> None:
    """A case is unsafe when it expects something; names and folders agree with what it says."""
    listed = cases(18)
    assert len({case.name for case in listed}) == len(listed)
    for case in listed:
        assert case.name.startswith("ok-") == (not case.expected), case.name
        assert case.policy or POLICY not in {hazard for _, hazard in case.expected}
