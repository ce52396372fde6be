"""Progress: seen by a second connection, which nothing waits for."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from migrator import progress
from tests import lab
from tests.database import connect, execute
from tests.ops.conftest import Lab
from tests.processes import wait_for

# A function that says what is not true of it, so that a build takes its time: 2 ms a row.
SLOW = """
CREATE FUNCTION slowly(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
'BEGIN PERFORM pg_catalog.pg_sleep(0.002); RETURN $1; END'
"""
BUILD = 'ops.create_index_concurrently("ix_slow", "notes", ["slowly(body)"])'
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_slow')"
POLLING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%p.lockers_total%' AND pid <> "


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "ASK", 0.05)
    monkeypatch.setattr(progress, "LINE", 0.3)


@pytest.fixture
def slow(notes: Lab) -> Lab:
    notes.execute(SLOW)
    notes.revise(BUILD, 'ops.drop_index_concurrently("ix_slow")')
    return notes


def test_lines_tell_phase_percent_and_what_is_left(
    slow: Lab, often: None, capsys: pytest.CaptureFixture[str]
) -> None:
    slow.upgrade()
    lines = capsys.readouterr().err.splitlines()
    pattern = r"index ix_slow: [a-z :]+, \d+%, about \d+ s left"
    assert any(re.fullmatch(pattern, line) for line in lines), lines
    assert any(line.startswith("index ix_slow: building index") for line in lines), lines
    assert slow.execute(VALID) == [(True,)]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (BUILD, "index ix_slow: waiting for writers before build (for pid {})"),
        (
            'ops.drop_index_concurrently("ix_slow")',
            "dropping index ix_slow: waiting (for pid {})",
        ),
        (
            'ops.reindex_concurrently("ix_slow")',
            "reindexing ix_slow: waiting for writers before build (for pid {})",
        ),
    ],
)
def test_lines_tell_who_is_waited_for(
    notes: Lab, often: None, capsys: pytest.CaptureFixture[str], operation: str, said: str
) -> None:
    notes.execute(SLOW.replace("0.002", "0"))
    if operation != BUILD:
        notes.execute("CREATE INDEX ix_slow ON notes (slowly(body))")
    notes.revise(operation)
    seen = ""

    def told(pid: int) -> bool:
        nonlocal seen
        seen += capsys.readouterr().err
        return said.format(pid) in seen

    with connect(notes.url, autocommit=False) as other:
        other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        pid = other.info.backend_pid
        upgrading = threading.Thread(target=notes.upgrade)
        upgrading.start()
        wait_for(lambda: told(pid))
        other.rollback()
        upgrading.join()


def test_short_work_says_nothing(notes: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    notes.revise('ops.create_index_concurrently("ix", "notes", ["body"])')
    notes.upgrade()
    assert capsys.readouterr().err == ""


def test_a_build_needs_nobody_to_watch_it(slow: Lab, often: None) -> None:
    with connect(slow.admin_url) as admin:
        limit = f'ALTER DATABASE "{admin.info.dbname}" CONNECTION LIMIT 2'
        admin.execute(limit.encode())
    slow.upgrade()  # its own connection, and the one that holds the migration lock
    assert slow.execute(VALID) == [(True,)]


def upgrading(slow: Lab) -> list[str]:
    ini = str(slow.folder / "alembic.ini")
    return [sys.executable, "-m", "alembic", "-c", ini, "upgrade", "head"]


def test_a_bar_on_a_terminal_leaves_nothing_behind(slow: Lab) -> None:
    outside, inside = pty.openpty()
    with subprocess.Popen(
        upgrading(slow),
        cwd=lab.ROOT,
        env=os.environ | {"DATABASE_URL": slow.url, "TERM": "xterm", "COLUMNS": "120"},
        stdout=inside,
        stderr=inside,
    ) as process:
        os.close(inside)
        shown = b"".join(_read(outside)).decode()
    os.close(outside)
    assert process.returncode == 0, shown
    assert re.search(r"index ix_slow: (building index|index validation)[^%]*\d+%", shown), shown
    hidden, back = shown.rindex("\x1b[?25l"), shown.rindex("\x1b[?25h")  # the cursor
    assert hidden < back
    assert "index ix_slow" not in shown[back:]
    assert slow.execute(VALID) == [(True,)]


def _read(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # the other end is closed
            return
        if not piece:
            return
        yield piece


def test_it_ends_with_a_killed_process_and_the_next_one_goes_on(slow: Lab) -> None:
    execute(slow.url, SLOW.replace("CREATE", "CREATE OR REPLACE").replace("0.002", "0.01"))
    with connect(slow.url) as watching:
        polling = f"{POLLING}{watching.info.backend_pid}".encode()
        with subprocess.Popen(
            upgrading(slow), cwd=lab.ROOT, env=os.environ | {"DATABASE_URL": slow.url}
        ) as process:
            wait_for(lambda: watching.execute(polling).fetchone() == (1,))
            process.send_signal(signal.SIGKILL)
        wait_for(lambda: watching.execute(polling).fetchone() == (0,))
    assert slow.execute(VALID) == [(False,)]
    execute(slow.url, SLOW.replace("CREATE", "CREATE OR REPLACE").replace("0.002", "0"))
    slow.upgrade()
    assert slow.execute(VALID) == [(True,)]
