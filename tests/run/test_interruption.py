"""Signals, and sessions that are ended from outside: the same command goes on afterwards."""

import signal
import subprocess
from collections.abc import Callable

import pytest

from migrator import errors, runner
from migrator.lock import migration_lock
from migrator.project import Project
from tests.conftest import ROOT
from tests.database import execute, opened
from tests.processes import wait_for
from tests.run.holding import (
    BASE,
    BEFORE_INDEXES,
    INDEXES,
    TIMES,
    holder,
    log,
    stamped,
    started,
    waiting,
)

AdminUrl = Callable[[str], str]
VALID = """
SELECT count(*) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
WHERE c.relname = 'tasks' AND NOT i.indisvalid
"""


@pytest.fixture
def at(auth_database: str, project: Callable[[str], Project]) -> Callable[[str], str]:
    def upgraded(revision: str) -> str:
        runner.upgrade(project(auth_database), revision)
        return auth_database

    return upgraded


def ended(process: subprocess.Popen[str]) -> list[str]:
    """The last three lines of what it said."""
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return err.splitlines()[-3:]


def again(url: str, revision: str) -> None:
    """The same command once more."""
    runner.upgrade(Project.load(ROOT / "alembic.ini", url), revision)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_it_waits_for_a_table(
    at: Callable[[str], str], admin_url: AdminUrl, number: signal.Signals
) -> None:
    url = at(BASE)
    with holder(url), started(url, "upgrade", LOCK_TIMEOUT="10") as process:
        waiting(url, admin_url(url), "ALTER TABLE tasks%")
        process.send_signal(number)
        assert ended(process) == [
            f"error: stopped by {number.name} at revision {TIMES}",
            f"detail: that one was rolled back; the database is at revision {BASE}",
            "hint: run the same command again to go on; it also clears away a half-built index",
        ]
        assert process.returncode == 2
    assert stamped(url) == BASE
    assert log(url)[-1] == (TIMES, "upgrade", "interrupted")
    again(url, TIMES)
    assert stamped(url) == TIMES


def test_stopped_in_a_pause_between_two_tries(
    at: Callable[[str], str], admin_url: AdminUrl
) -> None:
    url = at(BASE)
    with holder(url), started(url, "upgrade", LOCK_TIMEOUT="0.05") as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.startswith("waiting  "))
        process.send_signal(signal.SIGTERM)
        assert ended(process)[0] == f"error: stopped by SIGTERM at revision {TIMES}"
    assert log(url)[-1] == (TIMES, "upgrade", "interrupted")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_it_builds_an_index(
    at: Callable[[str], str], admin_url: AdminUrl, number: signal.Signals
) -> None:
    url = at(BEFORE_INDEXES)
    with holder(url, "LOCK TABLE tasks IN ROW EXCLUSIVE MODE"):
        with started(url, "upgrade") as process:
            waiting(url, admin_url(url), "CREATE INDEX CONCURRENTLY%")
            process.send_signal(number)
            assert ended(process)[0] == f"error: stopped by {number.name} at revision {INDEXES}"
        assert execute(url, VALID) == [(1,)]
    assert log(url)[-1] == (INDEXES, "upgrade", "interrupted")
    again(url, INDEXES)
    assert execute(url, VALID) == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_another_migration_runs(
    at: Callable[[str], str], admin_url: AdminUrl, number: signal.Signals
) -> None:
    url = at(BASE)
    polls = """
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s
            AND query LIKE 'SELECT pg_try_advisory_lock%%'
    """
    with opened(url) as other, migration_lock(other.engine, 0) as held:
        holds = held.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with started(url, "upgrade") as process:
            wait_for(lambda: execute(admin_url(url), polls, holds))
            process.send_signal(number)
            assert ended(process)[-2:] == [
                f"error: stopped by {number.name} while another migration was running",
                "hint: nothing was changed; run the same command again",
            ]
    assert stamped(url) == BASE


def test_a_second_signal_ends_at_once(at: Callable[[str], str], admin_url: AdminUrl) -> None:
    url = at(BASE)
    with holder(url), started(url, "upgrade", LOCK_TIMEOUT="10") as process:
        pid = waiting(url, admin_url(url), "ALTER TABLE tasks%")
        # What asks for the cancelling is stopped, so that the first signal cannot be obeyed.
        watcher = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'migrator%%'
                AND pid <> %s
                AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')
        """
        assert execute(admin_url(url), watcher, pid) == [(True,)]
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode in {-signal.SIGTERM, -signal.SIGINT}
    again(url, TIMES)
    assert log(url)[-2:] == [(TIMES, "upgrade", "killed"), (TIMES, "upgrade", "applied")]


@pytest.mark.parametrize(
    ("begin", "revision", "statement"),
    [(BASE, TIMES, "ALTER TABLE tasks%"), (BEFORE_INDEXES, INDEXES, "CREATE INDEX CONCURRENTLY%")],
)
def test_killed(
    at: Callable[[str], str], admin_url: AdminUrl, begin: str, revision: str, statement: str
) -> None:
    url = at(begin)
    with holder(url, "LOCK TABLE tasks IN ROW EXCLUSIVE MODE") as held:
        with started(url, "upgrade", LOCK_TIMEOUT="10") as process:
            waiting(url, admin_url(url), statement)
            process.kill()
        held.rollback()
        again(url, revision)
    assert stamped(url) == revision
    assert execute(url, VALID) == [(0,)]
    assert log(url)[-2:] == [(revision, "upgrade", "killed"), (revision, "upgrade", "applied")]


@pytest.mark.parametrize(
    ("begin", "revision", "statement"),
    [(BASE, TIMES, "ALTER TABLE tasks%"), (BEFORE_INDEXES, INDEXES, "CREATE INDEX CONCURRENTLY%")],
)
def test_the_session_is_ended_by_somebody(
    at: Callable[[str], str], admin_url: AdminUrl, begin: str, revision: str, statement: str
) -> None:
    url = at(begin)
    with (
        holder(url, "LOCK TABLE tasks IN ROW EXCLUSIVE MODE"),
        started(url, "upgrade", LOCK_TIMEOUT="10") as process,
    ):
        pid = waiting(url, admin_url(url), statement)
        execute(admin_url(url), "SELECT pg_terminate_backend(%s)", pid)
        assert ended(process) == [
            f"error: the connection was lost at revision {revision}",
            "detail: terminating connection due to administrator command",
            "hint: run the same command again; it goes on from where the database then stands",
        ]
        assert process.returncode == 2
    assert log(url)[-1] == (revision, "upgrade", "failed")
    again(url, revision)
    assert execute(url, VALID) == [(0,)]


def test_a_statement_cancelled_by_somebody(at: Callable[[str], str], admin_url: AdminUrl) -> None:
    url = at(BASE)
    with holder(url), started(url, "upgrade", LOCK_TIMEOUT="10") as process:
        pid = waiting(url, admin_url(url), "ALTER TABLE tasks%")
        execute(admin_url(url), "SELECT pg_cancel_backend(%s)", pid)
        assert ended(process)[1:] == [
            "error: canceling statement due to user request",
            "hint: run the same command again to go on",
        ]
    assert log(url)[-1] == (TIMES, "upgrade", "failed")


def test_without_its_lock_it_does_not_go_on(
    at: Callable[[str], str], project: Callable[[str], Project], admin_url: AdminUrl
) -> None:
    """Whoever ends the session that holds the migration lock may have begun a run of his own."""
    url = at(BASE)

    def end_the_lock(_: runner.Step) -> None:
        execute(
            admin_url(url),
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )

    with pytest.raises(errors.ConnectionLost) as caught:
        runner.upgrade(project(url), report=end_the_lock)
    assert caught.value.message == "the connection was lost at revision 0f7d2c85ab13"
    assert stamped(url) == TIMES


def test_a_signal_is_not_kept_from_others_afterwards(
    at: Callable[[str], str], project: Callable[[str], Project]
) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    runner.upgrade(project(at(BASE)), TIMES)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
