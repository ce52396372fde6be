"""What holds a table against a migration: waited for, named, and ended only on request."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from migrator import errors, runner
from migrator.project import Project
from tests.database import connect, execute
from tests.run.holding import (
    BASE,
    BEFORE_INDEXES,
    INDEXES,
    TIMES,
    holder,
    log,
    migrator,
    quick,
    stamped,
    started,
    waiting,
)


@contextmanager
def on_lock_timeout(act: Callable[[int], object]) -> Iterator[list[int]]:
    """Call `act` with the number of each try that failed; yields these numbers."""
    failed: list[int] = []

    def failing(context: sa.engine.ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == "55P03":
            failed.append(len(failed) + 1)
            act(failed[-1])

    sa.event.listen(sa.Engine, "handle_error", failing)
    try:
        yield failed
    finally:
        sa.event.remove(sa.Engine, "handle_error", failing)


@pytest.fixture
def at_base(auth_database: str, project: Callable[[str], Project]) -> str:
    runner.upgrade(project(auth_database), BASE)
    return auth_database


def test_a_holder_that_lets_go_after_some_tries(
    at_base: str, project: Callable[[str], Project], capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        holder(at_base) as held,
        on_lock_timeout(lambda n: held.rollback() if n == 3 else None) as failed,
    ):
        pid = held.info.backend_pid
        (step,) = runner.upgrade(quick(project(at_base), 60), TIMES)
    assert failed == [1, 2, 3]
    assert step.tries == 4
    assert stamped(at_base) == TIMES
    assert execute(at_base, "SELECT retries, outcome FROM migration_log ORDER BY id DESC")[0] == (
        3,
        "applied",
    )
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f'waiting  {TIMES}  for "tasks", blocked by pid {pid} (')
    assert len(lines) < 4, "growing intervals"


def test_a_holder_that_never_lets_go(at_base: str) -> None:
    with holder(at_base) as held:
        pid = held.info.backend_pid
        done = migrator(at_base, "upgrade", "--wait", "2")
        assert execute(at_base, "SELECT 1 FROM tasks") == []
    assert done.returncode == 1
    message, detail, hint = done.stderr.splitlines()[-3:]
    assert re.fullmatch(
        rf'error: revision {TIMES} could not lock "tasks" \(\d+ tries of 0\.25 s over [12] s\)',
        message,
    )
    assert re.fullmatch(
        rf"detail: blocked by pid {pid} \(migrator@api-7, idle in transaction for \d+ s, "
        r"holds ACCESS SHARE\): SELECT FROM tasks WHERE title = …",
        detail,
    )
    assert hint == (
        "hint: nothing of it was changed; end what holds the table "
        f"(SELECT pg_terminate_backend({pid})), or run `make upgrade` again"
    )
    assert "secret" not in done.stderr
    assert stamped(at_base) == BASE
    assert log(at_base)[-1] == (TIMES, "upgrade", "gave up")


def test_one_try_is_enough_to_see_who_holds_it(
    at_base: str, project: Callable[[str], Project]
) -> None:
    mine = project(at_base)
    mine.override(lock_timeout=0.4, lock_wait=0.4)
    with holder(at_base) as held:
        pid = held.info.backend_pid
        with pytest.raises(errors.GaveUp) as caught:
            runner.upgrade(mine, TIMES)
    assert caught.value.message == (
        f'revision {TIMES} could not lock "tasks" (1 try of 0.4 s over 0 s)'
    )
    assert f"pid {pid} (" in str(caught.value.detail)


def test_the_application_works_on_between_the_tries(
    at_base: str, project: Callable[[str], Project]
) -> None:
    done, reads = threading.Event(), [0]

    def read() -> None:
        with connect(at_base) as application:
            while not done.is_set():
                application.execute("SELECT count(*) FROM tasks")
                reads[0] += 1

    seen: list[int] = []
    reader = threading.Thread(target=read)
    reader.start()
    try:
        with (
            holder(at_base),
            on_lock_timeout(lambda _: seen.append(reads[0])) as failed,
            pytest.raises(errors.GaveUp),
        ):
            runner.upgrade(quick(project(at_base), 1), TIMES)
    finally:
        done.set()
        reader.join()
    assert len(failed) >= 3
    assert sorted(set(seen)) == seen, "reads between any two tries"


def test_a_deadlock_that_we_lose_is_tried_again(
    at_base: str, project: Callable[[str], Project], admin_url: Callable[[str], str]
) -> None:
    runner.upgrade(project(at_base), "0f7d2c85ab13")
    mine = project(at_base)
    mine.override(lock_timeout=1.5, lock_wait=60)  # longer than deadlock_timeout
    # The key to "user" locks tasks first and "user" second; this session goes the other way.
    with connect(admin_url(at_base), autocommit=False) as other:
        other.execute("SET deadlock_timeout = '1min'")  # so that it is we who find the deadlock
        other.execute('LOCK TABLE "user" IN ROW EXCLUSIVE MODE')

        def cross() -> None:
            waiting(at_base, admin_url(at_base), "ALTER TABLE%")
            other.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
            other.rollback()

        crossing = threading.Thread(target=cross)
        crossing.start()
        (step,) = runner.upgrade(mine, "93c6e8b1740a")
        crossing.join()
    assert step.tries == 2


def test_an_index_build_waits_and_says_for_whom(
    at_base: str, admin_url: Callable[[str], str]
) -> None:
    assert migrator(at_base, "upgrade", BEFORE_INDEXES).returncode == 0
    with (
        holder(at_base, "LOCK TABLE tasks IN ROW EXCLUSIVE MODE") as held,
        started(at_base, "upgrade", INDEXES) as process,
    ):
        pid = held.info.backend_pid
        waiting(at_base, admin_url(at_base), "CREATE INDEX CONCURRENTLY%")
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("waiting  "))
        held.rollback()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert re.fullmatch(
        rf"waiting  {INDEXES}  blocked by pid {pid} "
        r"\(migrator@api-7, idle in transaction for \d+ s\): "
        r"LOCK TABLE tasks IN ROW EXCLUSIVE MODE\n",
        line,
    )


def test_only_sessions_idle_for_long_enough_are_ended(
    at_base: str, project: Callable[[str], Project], capsys: pytest.CaptureFixture[str]
) -> None:
    with holder(at_base) as idle, holder(at_base, "SELECT 1") as elsewhere:
        pid = idle.info.backend_pid
        with pytest.raises(errors.GaveUp):
            runner.upgrade(quick(project(at_base)), TIMES, end_idle_after=600)
        idle.execute("SELECT 1")
        runner.upgrade(quick(project(at_base), 60), TIMES, end_idle_after=0)
        with pytest.raises(psycopg.errors.AdminShutdown):
            idle.execute("SELECT 1")
        elsewhere.execute("SELECT 1")
    assert stamped(at_base) == TIMES
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("ended ")]
    assert len(told) == 1
    assert told[0].startswith(f"ended    pid {pid} (migrator@api-7, idle in transaction for ")


def test_a_session_at_work_is_not_ended(at_base: str, project: Callable[[str], Project]) -> None:
    with connect(at_base) as busy:
        work = threading.Thread(
            target=busy.execute, args=("SELECT pg_sleep(3) FROM (SELECT count(*) FROM tasks) AS n",)
        )
        work.start()
        with pytest.raises(errors.GaveUp) as caught:
            runner.upgrade(quick(project(at_base), 0.5), TIMES, end_idle_after=0)
        work.join()
        busy.execute("SELECT 1")
    assert "active for " in str(caught.value.detail)
    assert "SELECT pg_sleep(…)" in str(caught.value.detail)


@pytest.fixture
def of_somebody_else(at_base: str, admin_url: Callable[[str], str]) -> Iterator[str]:
    """The address for a role that the migrating one has no power over."""
    admin = admin_url(at_base)
    execute(admin, "CREATE ROLE worker LOGIN")
    execute(admin, "GRANT SELECT ON tasks TO worker")
    yield at_base.replace("migrator@", "worker@")
    execute(admin, "REVOKE pg_read_all_stats FROM migrator")
    execute(admin, "DROP OWNED BY worker")
    execute(admin, "DROP ROLE worker")


def test_what_may_not_be_seen_or_ended_is_said(
    at_base: str,
    of_somebody_else: str,
    project: Callable[[str], Project],
    admin_url: Callable[[str], str],
) -> None:
    with holder(of_somebody_else) as held:
        pid = held.info.backend_pid
        with pytest.raises(errors.GaveUp) as unseen:
            runner.upgrade(quick(project(at_base)), TIMES)
        with pytest.raises(errors.MigratorError) as blind:
            runner.upgrade(quick(project(at_base), 60), TIMES, end_idle_after=0)
        execute(admin_url(at_base), "GRANT pg_read_all_stats TO migrator")
        with pytest.raises(errors.MigratorError) as powerless:
            runner.upgrade(quick(project(at_base), 60), TIMES, end_idle_after=0)
        held.execute("SELECT 1")
    assert unseen.value.detail == (
        f"blocked by pid {pid} (worker@api-7, holds ACCESS SHARE): what it does is shown to "
        "members of pg_read_all_stats only"
    )
    assert str(blind.value) == (
        f"error: cannot tell whether pid {pid} (worker) is idle in its transaction\n"
        "detail: what the sessions of other roles do is shown to members of pg_read_all_stats "
        "only\n"
        "hint: an administrator: GRANT pg_read_all_stats, pg_signal_backend TO the migrating role; "
        "nothing of this revision was changed"
    )
    message, detail, hint = str(powerless.value).splitlines()
    assert message == "error: this role may not end what holds the lock"
    assert detail.startswith(f"detail: blocked by pid {pid} (worker@api-7, idle in transaction")
    assert hint == (
        "hint: an administrator: GRANT pg_signal_backend TO the migrating role; only a superuser "
        "may end the sessions of one; nothing of this revision was changed"
    )
    assert log(at_base)[-1] == (TIMES, "upgrade", "failed")
