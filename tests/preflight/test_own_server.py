"""Findings that need a server of their own: prepared transactions, autovacuum, replication."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from migrator.embedded import Server, wheel_programs
from migrator.preflight import Limits
from migrator.project import Project
from tests.adopt.databases import name_of
from tests.database import connect, execute
from tests.preflight.databases import said, url
from tests.processes import wait_for

NOW = Limits(transaction=0)
ANY_WAL = Limits(lag=2**20, retained=2**20)


def test_a_prepared_transaction_that_holds_a_table_is_refused(on_own_server: Project) -> None:
    with connect(url(on_own_server), autocommit=False) as session:
        session.execute("LOCK TABLE tasks IN ACCESS SHARE MODE")
        session.execute("PREPARE TRANSACTION 'order''s 17'")
        session.commit()
        found = said(on_own_server, "prepared-transaction", NOW)
        assert said(on_own_server, "prepared-transaction") == ""  # a moment ago: it may be finished
        session.autocommit = True
        session.execute("ROLLBACK PREPARED 'order''s 17'")
    message, detail, hint = found.split("\n")
    assert message == (
        'refuse: prepared transaction "order\'s 17" of role "migrator" holds "tasks", for which a '
        "revision would wait for ever [prepared-transaction]"
    )
    assert detail.startswith("detail: it holds ACCESS SHARE, for ")
    assert detail.endswith(" by now, and has no session that could end")
    assert hint == (
        "hint: whoever prepared it decides: COMMIT PREPARED 'order''s 17', or ROLLBACK PREPARED"
    )


def test_a_prepared_transaction_elsewhere_is_noted(on_own_server: Project) -> None:
    with connect(url(on_own_server)) as session:
        session.execute("CREATE TABLE elsewhere ()")
        session.execute("BEGIN; LOCK TABLE elsewhere; PREPARE TRANSACTION 'other'")
        found = said(on_own_server, "prepared-transaction", NOW)
        session.execute("ROLLBACK PREPARED 'other'")
    assert found.startswith('note: prepared transaction "other" of role "migrator" is open for ')
    assert "the pending revisions do not wait for it" in found


@contextmanager
def _slow_vacuum(
    project: Project, server: Server, reason: str
) -> Iterator[tuple[int, psycopg.Connection]]:
    """Autovacuum at work on tasks for minutes: yields its pid, and a superuser's connection.

    `reason` is the option of the table that makes it come, set when all else is ready.
    """
    with server.connect(name_of(url(project))) as admin:
        admin.execute("ALTER TABLE tasks SET (autovacuum_enabled = false)")
        admin.execute("INSERT INTO \"user\" SELECT 'u', 'u', 'u@example.com', true")
        admin.execute(
            "INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)"
            " SELECT 'u', 't', repeat('x', 500), false, now(), now() FROM generate_series(1, 9000)"
        )
        admin.execute("DELETE FROM tasks WHERE id % 2 = 0")
        admin.execute(
            "ALTER TABLE tasks SET (autovacuum_vacuum_cost_delay = 100,"
            " autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1)"
        )
        admin.execute(f"ALTER TABLE tasks SET ({reason})".encode())
        working = "SELECT pid FROM pg_stat_progress_vacuum WHERE relid = 'tasks'::regclass"
        wait_for(lambda: admin.execute(working).fetchone())
        row = admin.execute(working).fetchone()
        assert row is not None
        try:
            yield row[0], admin
        finally:
            admin.execute("ALTER SYSTEM SET autovacuum = off")
            admin.execute("SELECT pg_reload_conf()")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_vacuum")
            admin.execute("ALTER SYSTEM RESET autovacuum")
            admin.execute("SELECT pg_reload_conf()")


def test_autovacuum_is_noted(own_server: Server, on_own_server: Project) -> None:
    with _slow_vacuum(on_own_server, own_server, "autovacuum_enabled = true") as (pid, _):
        assert said(on_own_server, "autovacuum") == (
            f'note: autovacuum (pid {pid}) is at work on "tasks" [autovacuum]\n'
            "detail: the upgrade asks it to give way, which takes 1 s (deadlock_timeout) and lets "
            "the application pass; it begins anew afterwards"
        )


def test_a_vacuum_to_prevent_wraparound_is_refused(
    own_server: Server, on_own_server: Project
) -> None:
    with own_server.connect(name_of(url(on_own_server))) as admin:
        admin.execute("CREATE TABLE burnt ()")
        # A subtransaction that writes takes a number of its own.
        admin.execute("""
            DO $$ BEGIN FOR i IN 1..101000 LOOP
                BEGIN INSERT INTO burnt DEFAULT VALUES; EXCEPTION WHEN data_exception THEN END;
            END LOOP; END $$
        """)
    forced = "autovacuum_freeze_max_age = 100000"  # which comes even to a table that has it off
    with _slow_vacuum(on_own_server, own_server, forced) as (pid, admin):
        query = admin.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
        assert query is not None
        assert "(to prevent wraparound)" in query[0]
        assert said(on_own_server, "wraparound-vacuum") == (
            f'refuse: autovacuum (pid {pid}) works on "tasks" to prevent wraparound, and does not '
            "give way [wraparound-vacuum]\n"
            "detail: a revision needs ACCESS EXCLUSIVE, which waits until it is done\n"
            "hint: wait for it: SELECT * FROM pg_stat_progress_vacuum; it must not be ended for "
            "long"
        )


def _write_wal(project: Project) -> None:
    execute(
        url(project),
        "CREATE TABLE filling AS SELECT repeat('x', 900) FROM generate_series(1, 9000)",
    )


def test_a_slot_that_nobody_reads_is_named(own_server: Server, on_own_server: Project) -> None:
    with own_server.connect() as admin:
        admin.execute("SELECT pg_create_physical_replication_slot('gone', true)")
        _write_wal(on_own_server)
        found = said(on_own_server, "inactive-slot", ANY_WAL)
        assert said(on_own_server, "inactive-slot") == ""
        admin.execute("SELECT pg_drop_replication_slot('gone')")
    assert found.startswith(
        'warn: nobody reads from replication slot "gone", for which the server keeps '
    )
    assert found.endswith(
        " of WAL (reserved) [inactive-slot]\n"
        "detail: a rewrite or an index build adds to it, and a full disk stops the server\n"
        "hint: start its consumer, or: SELECT pg_drop_replication_slot('gone')"
    )


def test_a_replica_that_is_behind_is_named(own_server: Server, on_own_server: Project) -> None:
    """Whoever may see replicas hears of it by name, everybody else by the slot's name."""
    with own_server.connect() as admin, _receiver(own_server) as receiver:
        reading = "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"
        wait_for(lambda: admin.execute(reading).fetchone())
        receiver.send_signal(signal.SIGSTOP)
        _write_wal(on_own_server)
        by_slot = said(on_own_server, "replication-lag", ANY_WAL)
        admin.execute("GRANT pg_read_all_stats TO migrator")
        by_name = said(on_own_server, "replication-lag", ANY_WAL)
        admin.execute("REVOKE pg_read_all_stats FROM migrator")
        receiver.send_signal(signal.SIGCONT)
    assert by_slot.startswith('warn: replica "archive" is ')
    assert by_name.startswith('warn: replica "pg_receivewal" is ')
    assert by_name.endswith(
        " of WAL behind [replication-lag]\n"
        "detail: what a revision changes reaches it that much later, and a rewrite or an index "
        "build adds to it\n"
        "hint: wait until it has caught up: SELECT * FROM pg_stat_replication"
    )


@contextmanager
def _receiver(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A process that reads the server's WAL through a slot."""
    with server.connect() as admin:
        admin.execute("SELECT pg_create_physical_replication_slot('archive', true)")
        folder = server.data_dir.parent / "archive"
        folder.mkdir(exist_ok=True)
        command: list[str | Path] = [
            *(wheel_programs() / "pg_receivewal", "--directory", folder, "--slot", "archive"),
            *("--dbname", f"host={server.socket_dir} port={server.port} user=postgres"),
        ]
        process = subprocess.Popen(command, env={"PATH": os.defpath}, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            unread = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'archive' AND active"
            wait_for(lambda: not admin.execute(unread).fetchone())
            admin.execute("SELECT pg_drop_replication_slot('archive')")
