"""The plan: what it shows, as text and as data, and what keeps an upgrade from starting."""

import json

import pytest

from migrator import plan, preflight
from migrator.errors import Refused
from migrator.preflight import Finding
from tests.conftest import make_project
from tests.database import connect
from tests.preflight.conftest import AtRevision
from tests.preflight.databases import BEFORE_COMMENTS, HEAD, PHASE_2, url

ONE = Finding("refuse", "standby", "it is a standby", None, "use the primary")
TWO = Finding("refuse", "drift", "it has drifted", "column a: missing\ncolumn b: missing")
SMALL = Finding("warn", "lock-order", "it locks two tables")


def test_shows_revisions_tables_and_findings(at: AtRevision) -> None:
    drawn = plan.draw(at(PHASE_2), "93c6e8b1740a")
    assert plan.render(drawn, with_sql=False).split("\n\n")[:2] == [
        "e41b7a90c6d8  Store task times with their zone\n"
        '    -- in one transaction; locks "tasks" ACCESS EXCLUSIVE\n'
        "0f7d2c85ab13  Let the database fill in tasks\n"
        '    -- in one transaction; locks "tasks" ACCESS EXCLUSIVE\n'
        "93c6e8b1740a  Key tasks to their user\n"
        '    -- in one transaction; locks "tasks" SHARE ROW EXCLUSIVE, then "user" SHARE ROW '
        "EXCLUSIVE",
        "table    rows     size   strongest lock\n"
        '"user"   about 0  24 kB  SHARE ROW EXCLUSIVE\n'
        '"tasks"  about 0  24 kB  ACCESS EXCLUSIVE',
    ]
    names = [one.partition("[")[2].partition("]")[0] for one in _findings(drawn)]
    assert names == ["lock-order", "result-type"]


def _findings(drawn: plan.Plan) -> list[str]:
    return [str(one) for one in drawn.findings if one.name != "other-version"]


def test_shows_the_statements_too(at: AtRevision) -> None:
    drawn = plan.draw(at("7e30f1c4b95d"), "a95d82e6013f")
    assert plan.render(drawn, with_sql=True).startswith(
        "a95d82e6013f  Index the lists of tasks\n"
        '    -- step by step, concurrently; locks "tasks" SHARE UPDATE EXCLUSIVE\n'
        "    DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_user_id_completed;\n"
    )


def test_the_same_as_json(at: AtRevision) -> None:
    project = at(PHASE_2)
    made = json.loads(json.dumps(plan.draw(project, "e41b7a90c6d8").as_json()))
    assert made["revision"] == PHASE_2
    (step,) = made["steps"]
    assert step["seen"] == {
        "in_transaction": True,
        "locks": [{"table": "public.tasks", "mode": "ACCESS EXCLUSIVE"}],
        "columns": [
            {
                "table": "public.tasks",
                "column": column,
                "before": "timestamp without time zone",
                "after": "timestamp with time zone",
            }
            for column in ("created_at", "updated_at")
        ],
        "rewrites": [],
    }
    assert made["tables"] == [
        {"name": "public.tasks", "mode": "ACCESS EXCLUSIVE", "rows": 0, "bytes": 24576}
    ]
    assert made["findings"][0]["name"] == "result-type"


def test_nothing_to_do(head_database: str) -> None:
    drawn = plan.draw(make_project(head_database))
    assert (drawn.revision, drawn.steps, drawn.findings) == (HEAD, [], [])
    assert plan.render(drawn, with_sql=True) == "nothing to do"


def test_tables_that_somebody_has_locked_have_no_size(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    with connect(url(project), autocommit=False) as holder:
        holder.execute("LOCK TABLE tasks")
        drawn = plan.draw(project)
    sizes = {one.name: one.bytes for one in drawn.tables}
    assert sizes["public.tasks"] is None
    assert sizes["public.messages"]
    assert '"tasks"          unknown' in plan.render(drawn, with_sql=False)
    assert [str(one) for one in drawn.findings if one.name == "not-compared"] == [
        "note: the tables were not compared with the revisions [not-compared]\n"
        "detail: canceling statement due to lock timeout"
    ]


def test_one_serious_finding_is_the_error() -> None:
    with pytest.raises(Refused) as refused:
        preflight.refuse([SMALL, ONE])
    assert str(refused.value) == (
        "error: it is a standby [standby]\n"
        "hint: use the primary; nothing was changed; `make plan` shows everything; to go on all "
        "the same: --skip-preflight standby"
    )


def test_several_are_listed() -> None:
    with pytest.raises(Refused) as refused:
        preflight.refuse([ONE, TWO, TWO, SMALL])
    assert str(refused.value) == (
        "error: 3 findings keep the upgrade from starting\n"
        "detail: refuse: it is a standby [standby]\n"
        "hint: use the primary\n"
        "refuse: it has drifted [drift]\n"
        "detail: column a: missing\n"
        "    column b: missing\n"
        "refuse: it has drifted [drift]\n"
        "detail: column a: missing\n"
        "    column b: missing\n"
        "hint: nothing was changed; `make plan` shows everything; to go on all the same: "
        "--skip-preflight standby --skip-preflight drift"
    )


def test_what_is_skipped_or_not_serious_lets_it_start() -> None:
    preflight.refuse([SMALL])
    preflight.refuse([ONE, TWO, SMALL], skip=("standby", "drift"))
