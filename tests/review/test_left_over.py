"""What a review leaves behind: nothing, also when it was interrupted or killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator import embedded
from migrator.embedded import Server
from migrator.server_folder import ServerFolder
from tests.processes import ask, wait_for

ROOT = Path(__file__).parents[2]
SETUP = "CREATE ROLE left_over; CREATE TABLE t (id int); GRANT SELECT ON t TO left_over;"
DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'review%'"
ROLES = "SELECT rolname FROM pg_roles WHERE rolname = 'left_over'"
ASLEEP = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname LIKE 'review%'"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody else uses at the same time."""
    yield embedded.start(tmp_path / "postgres", durable=False)
    embedded.stop(tmp_path / "postgres")


def start(folder: Path, up: str, *options: str) -> "subprocess.Popen[str]":
    """A review of a file, in an empty folder."""
    (folder / "up.sql").write_text(up)
    (folder / "setup.sql").write_text(SETUP)
    command = [sys.executable, "-m", "migrator", "review", "--sql=up.sql", "--setup=setup.sql"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    return subprocess.Popen(
        [*command, *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_review_that_ends_too_early(own: Server, tmp_path: Path, by: signal.Signals) -> None:
    process = start(tmp_path, "SELECT pg_sleep(600)", f"--admin-url={own.url()}")
    wait_for(lambda: ask(own, ASLEEP))
    process.send_signal(by)
    process.communicate()
    if by is signal.SIGKILL:
        assert ask(own, ROLES) == ["left_over"]
        wait_for(lambda: next_one(own, tmp_path))
    assert ask(own, DATABASES) == ask(own, ROLES) == []


def next_one(own: Server, folder: Path) -> bool:
    """The next review, once the server has noticed that its client is gone."""
    following = start(folder, "SELECT 1", f"--admin-url={own.url()}")
    following.communicate()
    return following.returncode == 0


def test_the_server_of_a_file_ends_with_the_last_review(tmp_path: Path) -> None:
    first = start(tmp_path, "SELECT pg_sleep(0.5)", "--no-interfere")
    second = start(tmp_path, "SELECT pg_sleep(0.5)", "--no-interfere")
    for one in (first, second):
        said, complaint = one.communicate()
        assert one.returncode == 0, complaint
        assert "nothing found" in said
    assert not ServerFolder(tmp_path / "cache" / "migrator" / "postgres").is_alive()
