"""The two ways to upgrade, each by its own command line, and what the database showed of it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.load.stage import ROOT
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE

_PLAIN = Path(__file__).parent / "plain" / "alembic.ini"
_POLL = 0.01

WAYS = {
    "make upgrade": [sys.executable, "-m", "migrator", "upgrade", "--json"],
    "plain Alembic": [sys.executable, "-m", "alembic", "-c", str(_PLAIN), "upgrade", "head"],
}


@dataclass(frozen=True)
class Upgrade:
    """One run of a command; moments are those of time.monotonic."""

    started: float
    ended: float
    exit_code: int
    said: str
    """What it printed, when it failed."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    """The applied revisions, of a command that tells: revision, title, seconds, tries."""

    @property
    def seconds(self) -> float:
        return self.ended - self.started

    @property
    def tries(self) -> int:
        """How many times a lock was asked for in vain."""
        return sum(step["tries"] - 1 for step in self.steps)


def environment(server: Server, database: str, **variables: str) -> dict[str, str]:
    """Nothing of the caller's own settings: the defaults are what is measured."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "DATABASE_URL": server.url(database, EMBEDDED_ROLE),
        **variables,
    }


def upgrade(way: str, server: Server, database: str, **variables: str) -> Upgrade:
    """Run the command to its end."""
    started = time.monotonic()
    done = subprocess.run(
        WAYS[way],
        cwd=ROOT,
        env=environment(server, database, **variables),
        capture_output=True,
        text=True,
        check=False,
    )
    ended = time.monotonic()
    if done.returncode != 0:
        return Upgrade(started, ended, done.returncode, f"{done.stdout}{done.stderr}".strip())
    told = json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith("{") else {}
    return Upgrade(started, ended, 0, "", told.get("steps", []))


@contextmanager
def stamps(server: Server, database: str) -> Iterator[list[tuple[float, str]]]:
    """Note when the database came to which revision, as everybody else could see it."""
    seen: list[tuple[float, str]] = []
    over = threading.Event()

    def watch() -> None:
        with server.connect(database) as monitor:
            while not over.wait(_POLL):
                found = monitor.execute("SELECT version_num FROM alembic_version").fetchone()
                if found and (not seen or seen[-1][1] != found[0]):
                    seen.append((time.monotonic(), found[0]))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
