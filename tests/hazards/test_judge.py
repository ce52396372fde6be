"""From a rehearsal to findings: what an acknowledgement does, and what the safe form looks like."""

import pytest

from migrator.embedded import Server
from migrator.review.files import rehearse_sql
from migrator.review.judge import judge
from migrator.review.rehearsal import Rehearsal
from migrator.review.rules import RULES
from migrator.review.safe_forms.form import Form, Part, form
from tests.hazards.case import POLICY

SETUP = """
CREATE TABLE "Big One" (id bigint PRIMARY KEY, "Kind Of" text);
INSERT INTO "Big One" SELECT g, 'k' FROM generate_series(1, :n) AS g;
"""
UP = 'CREATE INDEX kinds ON "Big One" ("Kind Of");'


@pytest.fixture(scope="module")
def rehearsal(server: Server) -> Rehearsal:
    return rehearse_sql(UP, SETUP, "wrapped", [], server.url(), rows=4000)


def test_a_finding_says_what_was_measured(rehearsal: Rehearsal) -> None:
    found = next(one for one in judge(rehearsal) if one.rule == "index-build-blocks-writes")
    assert found.severity == "error"
    assert found.statement == 0
    assert found.line == 1
    assert found.message == (
        'builds index "kinds" while a SHARE lock on "Big One" keeps its writers waiting'
        " (4,000 rows are read)"
    )
    assert found.evidence == {
        "index": "public.kinds",
        "table": 'public."Big One"',
        "lock": "SHARE",
        "rows": 4000,
    }
    assert found.safe == (
        "-- outside a transaction\n"
        'CREATE INDEX CONCURRENTLY kinds ON public."Big One" USING btree ("Kind Of");'
    )


def test_the_safe_form_for_a_revision(rehearsal: Rehearsal) -> None:
    foreign, ours = judge(rehearsal, dialect="alembic")[0], judge(rehearsal, dialect="ops")[0]
    assert foreign.safe == (
        "with op.get_context().autocommit_block():\n"
        '    op.execute("""CREATE INDEX CONCURRENTLY kinds ON public."Big One"'
        ' USING btree ("Kind Of")""")'
    )
    assert ours.safe == (
        "with op.get_context().autocommit_block():\n"
        '    op.execute("""CREATE INDEX CONCURRENTLY kinds ON public."Big One"'
        ' USING btree ("Kind Of")""")'
    )


def test_an_acknowledgement_is_kept_with_its_reason(rehearsal: Rehearsal) -> None:
    reasons = {"index-build-blocks-writes": "nobody writes at night", POLICY: "psql sets it"}
    assert {one.rule: one.acknowledged for one in judge(rehearsal, reasons)} == reasons


def test_a_stale_acknowledgement_is_a_finding(rehearsal: Rehearsal) -> None:
    *_, last = judge(rehearsal, {"drop-table": "it is empty"})
    assert (last.rule, last.severity) == ("stale-acknowledgement", "warning")
    assert last.message == 'acknowledges "drop-table", which was not found'


def test_an_acknowledgement_needs_a_reason(rehearsal: Rehearsal) -> None:
    first, *_, last = judge(rehearsal, {"index-build-blocks-writes": " "})
    assert first.acknowledged is None
    assert last.message == 'acknowledges "index-build-blocks-writes" without a reason'


def test_parts_of_a_safe_form() -> None:
    two = Form((Part(("SELECT 1",)), Part(("SELECT 2",), when="later")))
    assert two.render("sql") == "BEGIN;\nSELECT 1;\nCOMMIT;\n-- later\nBEGIN;\nSELECT 2;\nCOMMIT;"
    assert two.render("alembic") == (
        '# revision 1\nop.execute("SELECT 1")\n# revision 2: later\nop.execute("SELECT 2")'
    )
    quoted = form(None, Part((r"SELECT '\"\'",))).render("alembic")
    assert eval(quoted.removeprefix("op.execute")) == r"SELECT '\"\'"  # noqa: S307


def test_rules_are_told_in_sentences() -> None:
    for rule in RULES.values():
        for text in (rule.effect, rule.instead):
            assert text[0].isupper() or text[0] in "opjVC", rule.id
            assert text.endswith("."), rule.id
        assert not rule.title.endswith("."), rule.id
        assert {*rule.covers} <= {*RULES}, rule.id
