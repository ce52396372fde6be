"""What a revision does to the application that runs meanwhile: its statements and transactions."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from migrator import runner
from tests.conftest import make_project
from tests.database import connect
from tests.preflight.conftest import AtRevision, WithRevision
from tests.preflight.databases import BEFORE_COMMENTS, PHASE_2, examine, names, said, url
from tests.processes import wait_for

OTHER_ORDER = (
    "detail: a transaction that takes them the other way round deadlocks with it; its wait ends "
    "after 0.25 s (LOCK_TIMEOUT), before PostgreSQL looks for a deadlock (1 s): as a rule the "
    "revision gives way, and is tried again\n"
    "hint: lock one table a revision; where that cannot be, as for a foreign key, let the "
    "application take them in this order"
)


def test_a_new_database_is_nobodys_worry(auth_database: str) -> None:
    assert examine(make_project(auth_database)) == []


def test_what_our_own_chain_does_to_phase_2(at: AtRevision) -> None:
    project = at(PHASE_2)
    assert names(examine(project)) == [
        ("warn", "lock-order"),
        ("warn", "result-type"),
        ("note", "select-star"),
    ]
    assert said(project, "lock-order") == (
        'warn: revision 93c6e8b1740a locks 2 tables at once: "tasks" (SHARE ROW EXCLUSIVE), then '
        '"user" (SHARE ROW EXCLUSIVE) [lock-order]\n' + OTHER_ORDER
    )
    assert said(project, "result-type") == (
        'warn: revision e41b7a90c6d8 changes the type of "tasks.created_at", "tasks.updated_at" '
        "[result-type]\n"
        'detail: "tasks.created_at" from timestamp without time zone to timestamp with time zone; '
        '"tasks.updated_at" from timestamp without time zone to timestamp with time zone. '
        "Prepared statements that return it fail with "
        '"cached plan must not change result type" until their connection is replaced (psycopg '
        "prepares what it has run five times)\n"
        "hint: replace the application's connections right after this revision, or let it connect "
        'with prepare_threshold=None before; docs/recipes.md, "change a type", does without'
    )
    assert said(project, "select-star") == (
        'note: revision 7e30f1c4b95d adds "tasks.tags", "tasks.due_date" [select-star]\n'
        'detail: prepared statements with `SELECT *` fail with "cached plan must not change result '
        'type" until their connection is replaced; those that name their columns do not'
    )


def test_policies_lock_three_tables_that_are_there(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    assert said(project, "lock-order") == (
        'warn: revision 4e8ac3d7106f locks 3 tables at once: "tasks" (ACCESS EXCLUSIVE), then '
        '"conversations" (ACCESS EXCLUSIVE), then "messages" (ACCESS EXCLUSIVE) [lock-order]\n'
        + OTHER_ORDER
    )


def test_a_long_lock_timeout_lets_the_application_lose(at: AtRevision) -> None:
    project = at(PHASE_2)
    project.override(lock_timeout=2)
    assert (
        "detail: a transaction that takes them the other way round deadlocks with it; PostgreSQL "
        "looks for it after 1 s and may end the application's transaction, since LOCK_TIMEOUT is "
        "2 s\n"
    ) in said(project, "lock-order")


def test_the_revision_gives_way_to_a_transaction_of_the_other_order(
    at: AtRevision, admin_url: Callable[[str], str], make_user: Callable[..., str]
) -> None:
    """What `lock-order` says: the application's transaction is not the one that dies."""
    project = at("0f7d2c85ab13")
    user = make_user(url(project))
    steps: list[runner.Step] = []
    upgrade = threading.Thread(
        target=lambda: steps.extend(runner.upgrade(make_project(url(project)), "93c6e8b1740a"))
    )
    waiting = """SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'ShareRowExclusiveLock'
        AND relation = '"user"'::regclass"""
    with connect(admin_url(url(project)), autocommit=False) as application:
        application.execute('UPDATE "user" SET name = name')
        upgrade.start()
        with connect(admin_url(url(project))) as admin:
            wait_for(lambda: admin.execute(waiting).fetchone())
        application.execute("INSERT INTO tasks (user_id, title) VALUES (%s, 'finished')", [user])
        application.commit()
    upgrade.join()
    assert [step.revision for step in steps] == ["93c6e8b1740a"]
    assert steps[0].tries > 1


@pytest.mark.parametrize(
    ("query", "revision", "fails"),
    [
        ("SELECT created_at FROM tasks", "e41b7a90c6d8", True),
        ("SELECT title FROM tasks", "e41b7a90c6d8", False),
        ("SELECT * FROM tasks", "7e30f1c4b95d", True),
        ("SELECT id, title, created_at FROM tasks", "7e30f1c4b95d", False),
    ],
)
def test_prepared_statements_fail_as_they_are_said_to(
    auth_database: str, query: str, revision: str, fails: bool
) -> None:
    project = make_project(auth_database)
    runner.upgrade(project, f"{revision}-1")
    with connect(auth_database) as application:
        application.prepare_threshold = 0
        application.execute(query.encode()).fetchall()
        runner.upgrade(make_project(auth_database), revision)
        if fails:
            words = "cached plan must not change result type"
            with pytest.raises(psycopg.errors.FeatureNotSupported, match=words):
                application.execute(query.encode())
        else:
            application.execute(query.encode()).fetchall()


def test_a_rewrite_is_named_with_its_size(
    beyond_head: WithRevision, make_user: Callable[..., str]
) -> None:
    project = beyond_head('op.execute("ALTER TABLE tasks ALTER id TYPE bigint")')
    user = make_user(url(project))
    with connect(url(project)) as connection:
        connection.execute(
            "INSERT INTO tasks (user_id, title) SELECT %s, 't' FROM generate_series(1, 5000)",
            [user],
        )
        connection.execute("ALTER TABLE tasks SET (autovacuum_enabled = false)")
        connection.execute("VACUUM ANALYZE tasks")
        size = connection.execute("SELECT pg_total_relation_size('tasks') / 1024").fetchone()
    assert size is not None
    assert said(project, "rewrite") == (
        'warn: revision new000000001 writes "tasks" anew (about 5,000 rows, '
        f"{_size(size[0])}), and nobody reads or writes it meanwhile [rewrite]\n"
        "hint: docs/recipes.md shows how to change a type, or to fill a column, without it: "
        '"expand and contract"'
    )


def _size(kilobytes: int) -> str:
    return f"{kilobytes} kB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


def test_a_dropped_column_is_named(beyond_head: WithRevision) -> None:
    project = beyond_head('op.drop_column("tasks", "description")')
    assert said(project, "column-dropped") == (
        'warn: revision new000000001 drops "tasks.description" [column-dropped]\n'
        "detail: statements of the running release that name it fail from then on\n"
        'hint: first deploy a release that does not: docs/recipes.md, "drop a column"'
    )
