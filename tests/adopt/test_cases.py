"""Every kind of finding: what it says, that its SQL works, and that repairs lead to head."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator import adopt
from migrator.adopt import Finding, blocking
from migrator.adopt.adoption import adopt_as
from migrator.adopt.examination import examine
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.catalog import differences, read
from migrator.connection import connect, settle
from migrator.project import Project
from tests.adopt.cases import CASES, Case
from tests.adopt.databases import name_of, run
from tests.conftest import ROOT
from tests.database import execute, opened

Url = Callable[[str], str]
Projects = Callable[[str], Project]

_TESTED_ELSEWHERE = {
    "constraint_missing",
    "in_the_future",
    "not_validated",
    "roles_missing",
    "table_missing",
    "transaction_hidden",
    "transaction_on_table",
    "transaction_open",
    "transaction_prepared",
    "type_kept",
    "wrong_schema",
}
"""Codes of findings that no change of Phase II's tables by SQL alone can bring about."""

_STAYS = {
    "column_unknown",
    "constraint_kept",
    "default_kept",
    "index_kept",
    "kept",
    "not_in_baseline",
    "row_security",
}
"""Codes of the notes that leave a difference from head."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(
    case: Case, phase_2_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    sql = case.sql.replace("THIS_DATABASE", name_of(phase_2_database))
    run(admin_url(phase_2_database) if case.superuser else phase_2_database, sql)
    found = _found(project(phase_2_database), shapes, case)
    said = _said(case, found).replace(name_of(phase_2_database), "THIS_DATABASE")
    assert _in_any_version(said) == _in_any_version(case.expected)
    if not blocking(found):
        adopted = adopt_as(shapes, project(phase_2_database), Options(**case.options))
        assert _not_as_at_head(phase_2_database, shapes, adopted.findings) == []
    elif not case.by_hand:
        for statement in _before_adoption(blocking(found)):
            execute(admin_url(phase_2_database), statement)
        again = blocking(_found(project(phase_2_database), shapes, case))
        assert {one.code for one in again}.isdisjoint(one.code for one in blocking(found))


def _found(project: Project, shapes: Shapes, case: Case) -> list[Finding]:
    with connect(project.url) as connection:
        settle(connection, 1)
        return examine(connection, shapes, Options(**case.options)).findings


def _said(case: Case, found: list[Finding]) -> str:
    """All findings, but for the one that an unchanged Phase II database has too."""
    usual = "" if "legacy_timezone" in case.options else "times_without_zone"
    return "\n\n".join(f"[{one.code}]\n{one}" for one in found if one.code != usual)


def _in_any_version(text: str) -> str:
    """PostgreSQL 15 puts the table before each column of a view."""
    return re.sub(r"(?<![\w.\"])(open_tasks|tasks)\.(?=\w)", "", text)


def _before_adoption(blocked: list[Finding]) -> list[str]:
    """The SQL of the hints that is to be run now, and not when the database is adopted."""
    statements = []
    for finding in blocked:
        for statement in finding.repair:
            if statement.startswith("-- and when the database is adopted"):
                break
            if not statement.startswith("--"):
                statements.append(statement)
    return statements


def _not_as_at_head(url: str, shapes: Shapes, findings: list[Finding]) -> list[str]:
    """Differences from head of which nobody has said that they stay."""
    stays = {one.object for one in findings if one.code in _STAYS}
    with opened(url) as connection:
        now = read(connection).without_owners().only(shapes.tables)
    wanted = shapes.head.only(shapes.tables)
    return [str(one) for one in differences(wanted, now) if one.object not in stays]


def test_every_kind_of_finding_is_tested_and_explained() -> None:
    words = Path(adopt.__file__).parent / "words"
    sources = "".join(path.read_text() for path in sorted(words.glob("*.py")))
    codes = set(re.findall(r'(?:block|repair|note)\(\n\s+"(\w+)"', sources))
    tested = set[str]().union(*(case.codes for case in CASES))
    assert codes - tested == _TESTED_ELSEWHERE
    assert tested <= codes
    page = (ROOT / "docs" / "adopt.md").read_text()
    assert set(re.findall(r"`(\w+)`", page)) >= codes
