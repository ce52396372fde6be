"""Does a backfill set every row once, however often it is killed, and how long does it lock rows?

    python -m benchmarks.backfill_kills [--rows 2000000] [--kills 10] [--seed 1]

A table is filled by `python -m migrator upgrade` in a process of its own, which is killed (SIGKILL)
at random moments while it fills, and started again. Meanwhile a client updates rows right in front
of the backfill, where its locks are: its longest update is the longest wait for a row. Runs on
a sandbox of the embedded server. Exit status 1 when a row was not set exactly once.
"""

import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
import psycopg
import sqlalchemy as sa

from migrator import runner
from migrator.project import Project

ROOT = Path(__file__).parent.parent
INI = ROOT / "benchmarks" / "backfill" / "alembic.ini"
EMPTY, FILLED = "c0a4e1d97b35", "7d1f0c2ab9e4"

_ROWS = """
INSERT INTO notes (id, body) SELECT n, repeat('word ', n %% 20) FROM generate_series(1, %s) AS n
"""
_COUNT = """
SELECT count(*), count(*) FILTER (WHERE times = 1 AND words IS NOT NULL), max(times), sum(edits)
FROM notes
"""
# Far enough in front that the row is not locked yet when it is looked for, near enough to be soon.
_NEXT = "SELECT id FROM notes WHERE id >= %s AND words IS NULL ORDER BY id LIMIT 1"
_FILLING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'WITH done AS (UPDATE notes%'
"""
_EACH = 0.005  # seconds between two updates of the client


@dataclass
class Client:
    """Updates rows in front of the backfill until it is told to stop. Times are in seconds."""

    address: str
    over: threading.Event = field(default_factory=threading.Event)
    took: list[float] = field(default_factory=list)

    def run(self) -> None:
        front = 1
        with psycopg.connect(self.address, autocommit=True) as connection:
            while not self.over.wait(_EACH):
                row = connection.execute(_NEXT, [front]).fetchone()
                if row is None:
                    continue
                front = row[0]
                row_id = front + random.randrange(20)  # noqa: S311  no secret
                began = time.monotonic()
                done = connection.execute(
                    "UPDATE notes SET edits = edits + 1 WHERE id = %s", [row_id]
                )
                if done.rowcount:
                    self.took.append(time.monotonic() - began)


@dataclass(frozen=True)
class Outcome:
    """What the table holds afterwards, and what the client met."""

    rows: int
    once: int
    most: int
    """How often the row was set that was set most often."""
    edits: int
    client: Client
    kills: int
    seconds: float

    @property
    def right(self) -> bool:
        return self.rows == self.once and self.most == 1 and self.edits == len(self.client.took)

    def __str__(self) -> str:
        took = sorted(self.client.took)
        return "\n".join(
            [
                f"killed                         {self.kills} times",
                f"rows set exactly once          {self.once:,} of {self.rows:,}",
                f"most often one row was set     {self.most}",
                f"updates of the client, kept    {self.edits:,} of {len(took):,}",
                f"longest of them                {took[-1] * 1000:.0f} ms",
                f"99 of 100 within               {took[len(took) * 99 // 100] * 1000:.0f} ms",
                f"all of it took                 {self.seconds:.0f} s",
            ]
        )


def run(url: str, rows: int, kills: int, seed: int, longest: float = 1.5) -> Outcome:
    """Fill a table of `rows` rows, killing so often, up to `longest` seconds into the filling."""
    dice = random.Random(seed)  # noqa: S311  no secret
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        runner.upgrade(Project.load(INI, url), EMPTY)
        connection.execute(_ROWS, [rows])
        connection.execute("ANALYZE notes")
        client = Client(address)
        updating = threading.Thread(target=client.run)
        began = time.monotonic()
        updating.start()
        try:
            killed = sum(_killed(connection, url, dice.uniform(0, longest)) for _ in range(kills))
            _start(url).wait()
        finally:
            client.over.set()
            updating.join()
        seconds = time.monotonic() - began
        found, once, most, edits = connection.execute(_COUNT).fetchone() or (0, 0, 0, 0)
        stamped = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if stamped != (FILLED,):
        raise SystemExit("the last run did not finish")
    return Outcome(found, once, most, edits, client, killed, seconds)


def _start(url: str) -> subprocess.Popen[bytes]:
    words = ["-m", "migrator", "upgrade", "--config", str(INI), "--database-url", url]
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)


def _killed(connection: psycopg.Connection, url: str, after: float) -> bool:
    """Start, and kill so many seconds after it began to fill. False when it finished before."""
    with _start(url) as process:
        while process.poll() is None and connection.execute(_FILLING).fetchone() == (0,):
            time.sleep(0.01)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
    if process.returncode > 0:
        raise SystemExit("an upgrade failed, which nobody had killed")
    return process.returncode < 0


@click.command()
@click.option("--rows", default=2_000_000, show_default=True)
@click.option("--kills", default=10, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the random moments.")
@click.option("--longest", default=1.5, show_default=True, help="Seconds until the latest kill.")
def main(rows: int, kills: int, seed: int, longest: float) -> None:
    """Kill a backfill at random and start it again: every row is set once."""
    project = Project.load(INI)
    with project.sandbox() as url:
        outcome = run(url, rows, kills, seed, longest)
    print(outcome)
    sys.exit(not outcome.right)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.backfill_kills")
