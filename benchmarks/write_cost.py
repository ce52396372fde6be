"""What do the indexes cost whoever writes, and what do others save?

    python -m benchmarks write_cost [--rows 2000000] [--write]

Messages: the set that was chosen, a single index instead of its pair, what the specifications ask
for all together, and the primary key alone. Each has a table of its own, all get the same rows in
turns: in bulk, then one by one after a checkpoint, with full pages in the WAL. Then the reads.

Tags: GIN on (tags) or on (user_id, tags), as the owner and under a policy.

Starts a server of its own. WAL, pages and bytes do not depend on the machine; times do.
Needs 6 GB of disk for 2 million rows.
"""

import os
import platform
import sys
from pathlib import Path

import click

from benchmarks.speed import report
from benchmarks.writes import messages, tags
from benchmarks.writes.place import place, value

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


@click.command()
@click.option("--rows", default=2_000_000, show_default=True, help="Messages.")
@click.option("--singles", default=2_000, show_default=True, help="Inserted one by one.")
@click.option("--tasks", default=200_000, show_default=True)
@click.option("--write", is_flag=True, help="Put the tables into docs/performance.md.")
def main(rows: int, singles: int, tasks: int, write: bool) -> None:
    """Measure what indexes cost and save."""
    with place() as connection:
        version = value(connection, "SHOW server_version")
        print("tags", file=sys.stderr)
        found = tags.measure(connection, tasks)
        print("messages", file=sys.stderr)
        writes, reads = messages.tables(messages.measure(connection, rows, singles), rows)
    parts = {
        "write-cost": writes,
        "read-cost": reads,
        "tags": found,
        "write-machine": (
            f"{rows:,} messages in 20,000 conversations of 200 users, {tasks:,} tasks. PostgreSQL "
            f"{version}, synchronous_commit off; Python {platform.python_version()}, "
            f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end."
        ),
    }
    for name, part in parts.items():
        print(f"{name}\n\n{part}\n")
    if write:
        report.write(PAGE, parts)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks write_cost")
