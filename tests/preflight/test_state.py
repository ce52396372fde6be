"""Findings about the server, the role, the indexes and who is at work, each provoked for real."""

import re
import threading
from collections.abc import Callable

import psycopg
import pytest

from migrator import embedded
from migrator.embedded import Server
from migrator.preflight import Limits
from migrator.project import Project
from tests.adopt.databases import another, name_of
from tests.database import connect, execute
from tests.preflight.conftest import AtRevision, WithRevision
from tests.preflight.databases import (
    BEFORE_COMMENTS,
    BEFORE_INDEXES,
    everything,
    examine,
    said,
    url,
)
from tests.processes import wait_for

NOW = Limits(transaction=0)

AdminUrl = Callable[[str], str]


def test_a_read_only_database_is_refused(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    name = name_of(url(project))
    execute(url(project), f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert said(project, "read-only") == (
        "refuse: the session is read-only (default_transaction_read_only is on) [read-only]\n"
        "detail: an administrator, or a provider whose disk is full, has switched writes off\n"
        "hint: find out why; then: ALTER ROLE … RESET default_transaction_read_only, or ALTER "
        "DATABASE"
    )


def test_another_version_than_was_rehearsed_is_noted(at: AtRevision, server: Server) -> None:
    project = at(BEFORE_COMMENTS)
    ((actual,),) = execute(url(project), "SHOW server_version")
    ((rehearsed,),) = execute(project.server.url(), "SHOW server_version")
    assert [str(one) for one in everything(project) if one.name == "other-version"] == (
        []
        if actual == rehearsed
        else [
            f"note: the revisions were rehearsed on PostgreSQL {rehearsed}, and the database runs "
            f"{actual} [other-version]\n"
            "detail: what they lock and rewrite may differ in details"
        ]
    )


def test_another_roles_tables_are_refused(
    at: AtRevision, beyond_head: WithRevision, admin_url: AdminUrl
) -> None:
    project = beyond_head(
        """op.execute("ALTER TABLE tasks ADD note text")
    op.execute('CREATE TABLE notes (user_id text REFERENCES "user" (id))')"""
    )
    with connect(admin_url(url(project))) as admin:
        admin.execute("DROP ROLE IF EXISTS outsider")
        admin.execute("CREATE ROLE outsider LOGIN")
        admin.execute("GRANT SELECT ON alembic_version, migration_log TO outsider")
    outsider = Project.load(project.folder / "alembic.ini", url(another(project, "outsider")))
    found = [str(one) for one in examine(outsider) if one.level == "refuse"]
    assert found == [
        'refuse: role "outsider" may not change "tasks", which belongs to "migrator" [not-owner]\n'
        'hint: GRANT "migrator" TO "outsider"; or set MIGRATION_ROLE=migrator',
        'refuse: role "outsider" may not create anything in schema "public" [cannot-create]\n'
        'hint: its owner runs: GRANT CREATE ON SCHEMA "public" TO "outsider"',
        'refuse: role "outsider" may not refer to "user" (id), as a new key does [cannot-refer]\n'
        'hint: its owner runs: GRANT REFERENCES (id) ON public."user" TO "outsider"',
    ]


def test_roles_that_nobody_here_may_create_are_refused(
    beyond_head: WithRevision, admin_url: AdminUrl, own_server: Server
) -> None:
    project = beyond_head(
        """ops.create_role("auditor")
    op.execute("GRANT SELECT ON tasks TO auditor")"""
    )
    # Rehearsed elsewhere, where the role that rehearses may create it.
    project.config.set_section_option("migrator", "embedded", str(own_server.data_dir.parent))
    assert said(project, "roles-missing") == ""
    with connect(admin_url(url(project))) as admin:
        admin.execute("ALTER ROLE migrator NOCREATEROLE")
        try:
            found = said(project, "roles-missing")
        finally:
            admin.execute("ALTER ROLE migrator CREATEROLE")
    assert found == (
        'refuse: role "migrator" may not create the roles that are missing: "auditor" '
        "[roles-missing]\n"
        'hint: an administrator runs: CREATE ROLE "auditor" NOLOGIN; or ALTER ROLE "migrator" '
        "CREATEROLE"
    )


def test_an_invalid_index_is_named(at: AtRevision, make_user: Callable[..., str]) -> None:
    project = at(BEFORE_INDEXES)
    user = make_user(url(project))
    with connect(url(project)) as connection:
        for _ in range(2):
            connection.execute("INSERT INTO tasks (user_id, title) VALUES (%s, 'same')", [user])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_mine ON tasks (title)")
    assert said(project, "invalid-index") == (
        'warn: index "uq_mine" on "tasks" is invalid: written to, and never read from '
        "[invalid-index]\n"
        "detail: a build of it was interrupted, or found duplicates\n"
        "hint: REINDEX INDEX CONCURRENTLY public.uq_mine; or DROP INDEX CONCURRENTLY public.uq_mine"
    )


def test_our_own_interrupted_build_is_no_reason_to_stop(
    at: AtRevision, make_user: Callable[..., str]
) -> None:
    project = at(BEFORE_INDEXES)
    with connect(url(project)) as connection:
        connection.execute(
            "CREATE INDEX CONCURRENTLY ix_tasks_user_id_completed ON tasks (user_id, completed)"
        )
        _interrupt(
            project, connection, "CREATE INDEX CONCURRENTLY ix_tasks_tags ON tasks USING gin (tags)"
        )
    assert said(project, "invalid-index") == (
        'note: index "ix_tasks_tags" on "tasks" is invalid, and will be built anew '
        "[invalid-index]\n"
        "detail: an earlier run was interrupted while it built it"
    )
    assert [one for one in examine(project) if one.level != "note"] == []


def test_what_an_interrupted_reindex_leaves_is_named(at: AtRevision) -> None:
    project = at(BEFORE_INDEXES)
    with connect(url(project)) as connection:
        _interrupt(project, connection, "REINDEX INDEX CONCURRENTLY ix_tasks_user_id")
    assert said(project, "reindex-leftover") == (
        'warn: index "ix_tasks_user_id_ccnew" on "tasks" is left over from an interrupted REINDEX '
        "[reindex-leftover]\n"
        "detail: every write to the table goes on paying for it\n"
        "hint: DROP INDEX CONCURRENTLY public.ix_tasks_user_id_ccnew"
    )


def _interrupt(project: Project, connection: psycopg.Connection, statement: str) -> None:
    """Let a concurrent build wait for a writer until it is cancelled."""
    with connect(url(project), autocommit=False) as writer:
        writer.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
        connection.execute("SET statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute(statement.encode())


def test_an_index_that_somebody_builds_is_left_alone(at: AtRevision) -> None:
    project = at(BEFORE_INDEXES)
    build = "CREATE INDEX CONCURRENTLY ix_mine ON tasks (title)"
    with connect(url(project)) as builder:
        with connect(url(project), autocommit=False) as writer:
            writer.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
            thread = threading.Thread(target=builder.execute, args=(build,))
            thread.start()
            there = "SELECT 1 FROM pg_class WHERE relname = 'ix_mine'"
            wait_for(lambda: execute(url(project), there))
            found = said(project, "index-in-work")
        thread.join()
        pid = builder.info.backend_pid
    assert found == (
        f'warn: index "ix_mine" on "tasks" is not valid yet: pid {pid} is at work there '
        "[index-in-work]\n"
        "detail: a revision that changes the table waits for that work\n"
        "hint: wait until it is done: SELECT * FROM pg_stat_progress_create_index"
    )


def _ageless(text: str) -> str:
    return re.sub(r"open for \d+ s", "open for … s", text)


def test_a_transaction_that_holds_a_table_is_named(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    with connect(url(project), autocommit=False) as holder:
        holder.execute("SET application_name = 'report'")
        holder.execute("SELECT count(*) FROM tasks WHERE title = 'secret'")
        pid = holder.info.backend_pid
        found = said(project, "long-transaction", NOW)
    assert _ageless(found) == (
        f"warn: pid {pid} (migrator@report, idle in transaction, open for … s) holds "
        '"tasks", for which a revision will wait [long-transaction]\n'
        "detail: it holds ACCESS SHARE; its statement: SELECT count(*) FROM tasks WHERE title = …\n"
        f"hint: end it: SELECT pg_terminate_backend({pid})"
    )


def said_of_a_snapshot(project: Project) -> str:
    """What is found while a transaction has a snapshot and no lock; {pid} is its process."""
    with connect(url(project), autocommit=False) as holder:
        holder.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT 1")
        pid = str(holder.info.backend_pid)
        return _ageless(said(project, "long-transaction", NOW)).replace(pid, "{pid}")


def test_a_snapshot_holds_up_concurrent_builds(at: AtRevision) -> None:
    assert said_of_a_snapshot(at(BEFORE_INDEXES)) == (
        "warn: pid {pid} (migrator) has a transaction open (idle in transaction, open for … s)"
        " [long-transaction]\n"
        "detail: a concurrent index build waits until it is over; its statement: SELECT …\n"
        "hint: end it: SELECT pg_terminate_backend({pid})"
    )


def test_a_snapshot_holds_up_nothing_else(beyond_head: WithRevision) -> None:
    assert said_of_a_snapshot(beyond_head("op.execute(\"COMMENT ON TABLE tasks IS 'x'\")")) == (
        "note: pid {pid} (migrator) has a transaction open (idle in transaction, open for … s)"
        " [long-transaction]\n"
        "detail: the pending revisions do not wait for it; its statement: SELECT …"
    )


def test_what_another_role_does_is_hidden_but_not_that_it_is_in_the_way(
    at: AtRevision, admin_url: AdminUrl
) -> None:
    project = at(BEFORE_COMMENTS)
    with connect(admin_url(url(project)), autocommit=False) as holder:
        holder.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
        pid = holder.info.backend_pid
        found = said(project, "long-transaction")
    assert found == (
        f"warn: pid {pid} (postgres, its state is hidden from this role) holds "
        '"tasks", for which a revision will wait [long-transaction]\n'
        "detail: it holds ROW EXCLUSIVE\n"
        f"hint: end it: SELECT pg_terminate_backend({pid})"
    )


def test_short_transactions_are_nobodys_business(at: AtRevision) -> None:
    project = at(BEFORE_COMMENTS)
    with connect(url(project), autocommit=False) as holder:
        holder.execute("SELECT count(*) FROM tasks")
        assert said(project, "long-transaction") == ""


@pytest.mark.parametrize(
    ("limit", "level", "detail"),
    [
        (2, "refuse", "a migration needs 3 more"),
        (9, "warn", "a migration takes 3"),
    ],
)
def test_few_connections_are_left(at: AtRevision, limit: int, level: str, detail: str) -> None:
    project = at(BEFORE_COMMENTS)
    name = name_of(url(project))
    execute(url(project), f"ALTER DATABASE {name} CONNECTION LIMIT {limit}")
    # The preflight's own connection is one of them, and a session may take a moment to go.
    wait_for(lambda: said(project, "few-connections").count(f"{limit - 1} connections"))
    assert said(project, "few-connections") == (
        f"{level}: {limit - 1} connections are free (the limit of the database) [few-connections]\n"
        f"detail: {detail}\n"
        "hint: close some: SELECT application_name, state, count(*) FROM pg_stat_activity "
        "GROUP BY 1, 2"
    )


def test_a_standby_is_refused(own_server: Server, on_own_server: Project) -> None:
    folder = own_server.data_dir.parent
    embedded.stop(folder)
    signal = own_server.data_dir / "standby.signal"
    try:
        signal.touch()
        embedded.start(folder, durable=False, bin_dir=own_server.bin_dir)
        assert said(on_own_server, "standby") == (
            "refuse: the server is a standby, which takes no writes [standby]\n"
            "hint: set DATABASE_URL_UNPOOLED to the address of the primary"
        )
    finally:
        embedded.stop(folder)
        signal.unlink()
        embedded.start(folder, durable=False, bin_dir=own_server.bin_dir)
