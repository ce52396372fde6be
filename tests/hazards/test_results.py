"""The kept results are those of today: every case is there, and some are run again."""

import pytest

from migrator.embedded import Server
from migrator.review.rules import RULES
from tests.hazards import results
from tests.hazards.case import cases, judge
from tests.hazards.test_cases import MAJOR

AGAIN = (
    "check-add",
    "idx-dynamic-sql",
    "two-tables-alter",
    "type-cast-fails",
    "drop-schema-cascade",
)


def test_every_case_has_its_result() -> None:
    kept = results.read()
    assert sorted(kept) == sorted(case.name for case in cases(18))
    assert {one["rule"] for found in kept.values() for one in found} <= RULES.keys()


def test_every_rule_has_an_unsafe_case() -> None:
    """But those about what no rehearsal can fail on: notes."""
    shown = {hazard for case in cases(18) for _, hazard in case.expected}
    assert {rule.id for rule in RULES.values() if rule.severity != "note"} <= shown


@pytest.mark.skipif(MAJOR != 18, reason="the results are those of PostgreSQL 18")
@pytest.mark.parametrize("name", AGAIN)
def test_results_are_not_stale(name: str, server: Server) -> None:
    case = next(one for one in cases(18) if one.name == name)
    findings = judge(case.rehearse(server.url(), results.ROWS))
    assert results.shown(findings) == results.read()[name]
