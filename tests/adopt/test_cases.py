"""Every kind of finding: what it says, that its SQL works, and that repairs lead to head."""

from collections.abc import Callable

import pytest

from migrator.adopt import Finding, adopt, blocking, examine
from migrator.adopt.examination import examine as examine_connection
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.catalog import differences, read
from migrator.connection import connect, settle
from migrator.project import Project
from tests.adopt.cases import CASES, Case
from tests.adopt.databases import name_of, run
from tests.database import execute, opened

Url = Callable[[str], str]
Projects = Callable[[str], Project]

_REPAIRED = [case for case in CASES if "block:" not in case.expected]
_BY_HINT = [case for case in CASES if "block:" in case.expected and not case.by_hand]


def _found(project: Project, shapes: Shapes, case: Case) -> list[Finding]:
    with connect(project.url) as connection:
        settle(connection, 1)
        return examine_connection(connection, shapes, Options(**case.options)).findings


def _change(case: Case, url: str, admin_url: Url) -> None:
    run(admin_url(url) if case.superuser else url, case.sql.replace("THIS_DATABASE", name_of(url)))


@pytest.fixture
def usual(phase_2_database: str, project: Projects, shapes: Shapes) -> set[str]:
    """What is said about an unchanged Phase II database."""
    return set(map(str, _found(project(phase_2_database), shapes, Case("", "", ""))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_says(
    case: Case,
    usual: set[str],
    phase_2_database: str,
    admin_url: Url,
    project: Projects,
    shapes: Shapes,
) -> None:
    _change(case, phase_2_database, admin_url)
    found = [str(one) for one in _found(project(phase_2_database), shapes, case)]
    said = "\n\n".join(one for one in found if one not in usual)
    said = said.replace(name_of(phase_2_database), "THIS_DATABASE")
    import os, pathlib
    if os.environ.get("ACCEPT") and not case.expected:
        p = pathlib.Path(__file__).parent / "cases" / f"{case.name}.sql"
        p.write_text(p.read_text() + "".join(("-- " + l).rstrip() + "\n" for l in said.splitlines()))
        return
    assert said == case.expected



@pytest.mark.parametrize("case", _BY_HINT, ids=lambda case: case.name)
def test_hint_repairs(
    case: Case, phase_2_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    """Whoever runs what the hints say meets none of these findings again."""
    _change(case, phase_2_database, admin_url)
    blocked = blocking(_found(project(phase_2_database), shapes, case))
    for finding in blocked:
        for statement in _before_adoption(finding):
            execute(admin_url(phase_2_database), statement)
    again = blocking(_found(project(phase_2_database), shapes, case))
    assert {one.code for one in again}.isdisjoint(one.code for one in blocked)


def _before_adoption(finding: Finding) -> list[str]:
    again = [n for n, line in enumerate(finding.repair) if line.startswith("-- and when")]
    before = finding.repair[: again[0]] if again else finding.repair
    return [statement for statement in before if not statement.startswith("--")]


@pytest.mark.parametrize("case", _REPAIRED, ids=lambda case: case.name)
def test_repairs_lead_to_head(
    case: Case,
    phase_2_database: str,
    head_database: str,
    admin_url: Url,
    project: Projects,
    shapes: Shapes,
) -> None:
    """After the adoption nothing differs from head but what was said to stay."""
    _change(case, phase_2_database, admin_url)
    said = examine(project(phase_2_database), **case.options)
    adopted = adopt(project(phase_2_database), **case.options)
    assert [one.message for one in adopted.findings] == [one.message for one in said]
    stays = [one.object.replace("'", "") for one in said if one.level == "note"]
    with opened(head_database) as wanted, opened(phase_2_database) as actual:
        tables = {table.replace('"', "") for table in shapes.tables}
        left = differences(read(wanted).only(tables), read(actual).only(tables))
    assert [str(one) for one in left if not any(name in one.object for name in stays)] == []


def test_every_kind_of_finding_is_tested() -> None:
    pass
