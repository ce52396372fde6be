"""The server goes down in the middle of an upgrade, without a word, and comes back."""

import os
import signal
import time
from pathlib import Path

from benchmarks.faults import instrument
from benchmarks.faults.boundaries import Boundaries, State
from benchmarks.faults.race import by_migrator
from migrator import embedded
from migrator.embedded import Server


def crash_during_upgrade(
    boundaries: Boundaries, folder: Path, start: str | None, moment: float, wanted: State
) -> tuple[str | None, list[str]]:
    """Crash the server `moment` seconds into an upgrade to head; run the same again.

    Return the revision that the database had come to, and what is not as it should be.
    """
    with boundaries.clone(start) as name:
        with boundaries.server.connect() as admin:
            # A sequence in a fresh copy of a database is not safe from a crash until then: of its
            # next 32 values PostgreSQL takes for granted that the log has them already.
            admin.execute("CHECKPOINT")
        url = boundaries.url(name)
        process = instrument.forked(lambda: by_migrator(url))
        time.sleep(moment)
        _crash(boundaries.server)
        process.join()
        embedded.start(folder, durable=False)
        reached = boundaries.state(name).revision
        by_migrator(url)
        wrong = boundaries.state(name) - wanted
        if process.exitcode != 0:
            wrong.append(f"the upgrade ended with {process.exitcode}")
    return reached, wrong


def _crash(server: Server) -> None:
    """An immediate shutdown: no checkpoint, nobody asked; the next start recovers from the WAL."""
    file = server.data_dir / "postmaster.pid"
    os.kill(int(file.read_text().split()[0]), signal.SIGQUIT)
