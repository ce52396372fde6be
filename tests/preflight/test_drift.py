"""Tables that are not as the applied revisions left them, and what may be so."""

import re
from collections.abc import Callable

import pytest

from migrator import runner
from migrator.adopt import adopt
from tests.conftest import make_project
from tests.database import execute
from tests.preflight.conftest import AtRevision
from tests.preflight.databases import BEFORE_COMMENTS, BEFORE_INDEXES, PHASE_2, examine, said, url

_HINT = (
    "\nhint: `make drift` writes the SQL that brings the database back; or write down what was "
    "done as a revision"
)
_NOT_LEFT = f"the tables that change are not what revision {BEFORE_COMMENTS} left"

SERIOUS = {
    "ALTER TABLE tasks ALTER description TYPE text": (
        "table column public.tasks.description: type is text, expected character varying"
    ),
    "ALTER TABLE tasks DROP COLUMN description": (
        "table column public.tasks.description: missing (not null no; type character varying)"
    ),
    "ALTER TABLE tasks FORCE ROW LEVEL SECURITY": (
        "table public.tasks: row security forced is yes, expected not set"
    ),
}
MINOR = {
    "CREATE INDEX ix_mine ON tasks (title)": (
        "index public.ix_mine: unexpected (CREATE INDEX ix_mine ON public.tasks USING btree "
        "(title))"
    ),
    "DROP INDEX ix_tasks_due_date": (
        "index public.ix_tasks_due_date: missing (CREATE INDEX ix_tasks_due_date ON public.tasks "
        "USING btree (due_date) WHERE (due_date IS NOT NULL))"
    ),
    "ALTER TABLE tasks ALTER completed DROP DEFAULT": (
        "table column public.tasks.completed: default is not set, expected false"
    ),
}
FREE = [
    "COMMENT ON TABLE tasks IS 'mine'",
    "ALTER TABLE tasks SET (fillfactor = 90)",
    "GRANT SELECT ON tasks TO PUBLIC",
    "ALTER TABLE tasks REPLICA IDENTITY FULL",
    "ALTER TABLE tasks ALTER title SET STATISTICS 500",
    "CREATE TABLE elsewhere (id int)",
]


@pytest.mark.parametrize("change", SERIOUS)
def test_what_revisions_build_upon_is_refused(at: AtRevision, change: str) -> None:
    project = at(BEFORE_COMMENTS)
    execute(url(project), change)
    assert said(project, "drift") == (
        f"refuse: {_NOT_LEFT} [drift]\ndetail: {SERIOUS[change]}{_HINT}"
    )


@pytest.mark.parametrize("change", MINOR)
def test_what_they_need_not_mind_is_said(at: AtRevision, change: str) -> None:
    project = at(BEFORE_COMMENTS)
    execute(url(project), change)
    assert said(project, "drift") == (
        f"warn: {_NOT_LEFT}, in what the pending revisions need not mind [drift]\n"
        f"detail: {MINOR[change]}{_HINT}"
    )


def test_what_a_dba_may_set_is_no_drift(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    for change in FREE:
        execute(url(project), change)
    assert [one.name for one in examine(project)] == ["lock-order"]


def test_what_is_made_already_is_refused(at: AtRevision) -> None:
    project = at(BEFORE_INDEXES)
    execute(url(project), "CREATE TABLE conversations (id int)")
    execute(url(project), "CREATE POLICY app_user_select ON tasks FOR SELECT USING (true)")
    found = said(project, "in-the-way")
    assert found == (
        "refuse: what a pending revision makes is there already [in-the-way]\n"
        "detail: policy app_user_select on public.tasks\n"
        "    table public.conversations\n"
        "hint: somebody made it by hand: drop or rename it"
    )
    assert said(project, "drift") == ""


@pytest.mark.parametrize(
    ("type_", "level"), [("timestamptz", "warn"), ("timestamp", "refuse")], ids=["same", "other"]
)
def test_a_column_that_is_made_already_must_be_the_same(
    at: AtRevision, type_: str, level: str
) -> None:
    project = at("2d6ab93f81e7")
    execute(url(project), f"ALTER TABLE tasks ADD due_date {type_}")
    found = said(project, "in-the-way")
    assert found.startswith(f"{level}: what a pending revision makes is there already")
    assert "\ndetail: table column public.tasks.due_date" in found


def test_an_index_that_is_built_already_is_welcome(at: AtRevision) -> None:
    project = at(BEFORE_INDEXES)
    execute(url(project), "CREATE INDEX ix_tasks_due_date ON tasks (due_date)")
    assert [one for one in examine(project) if one.level != "note"] == []


def test_what_an_adopted_database_came_with_is_no_drift(
    auth_database: str, admin_url: Callable[[str], str]
) -> None:
    project = make_project(auth_database)
    runner.upgrade(project, PHASE_2)
    for change in (
        "DROP TABLE alembic_version, migration_log",
        "ALTER TABLE tasks ADD tags text[] NOT NULL DEFAULT '{}'",
        "ALTER TABLE tasks ADD priority int",
        "ALTER TABLE tasks ALTER created_at SET DEFAULT now()",
        "ALTER TABLE tasks ALTER created_at TYPE timestamptz",
        "CREATE INDEX ix_mine ON tasks (title)",
        "ALTER TABLE tasks ADD CONSTRAINT ck_mine CHECK (title <> 'mine')",
    ):
        execute(auth_database, change)
    adopt(make_project(auth_database))
    runner.downgrade(make_project(auth_database), PHASE_2)
    found = [one for one in examine(project) if one.name in {"drift", "in-the-way"}]
    assert found == []
    # And what it has already does not change under the running release.
    assert re.findall(r'"tasks\.\w+"', said(project, "select-star")) == ['"tasks.due_date"']


def test_without_a_stamp_nothing_is_compared(auth_database: str) -> None:
    """Alembic's own run refuses such a database, and says that it can be adopted."""
    execute(auth_database, "CREATE TABLE tasks (id int)")
    assert examine(make_project(auth_database)) == []
