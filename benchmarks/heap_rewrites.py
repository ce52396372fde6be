"""Which revision rewrites the heap of tasks, or one of its indexes, on the way up or down?

    python -m benchmarks.heap_rewrites [--tasks 300000]

A rewrite locks out every reader for as long as it takes to copy the table. It shows in
pg_class.relfilenode: a rewritten relation is in another file afterwards. Phase II's tasks are
loaded at the first revision, in a sandbox on the embedded server; then each revision is applied
by itself, and undone. Prints markdown; exit status 1 when a revision rewrote the heap. WAL is
counted for the whole server, which should be doing nothing else.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg
import sqlalchemy as sa

from migrator import runner
from migrator.connection import connect
from migrator.errors import MigratorError
from migrator.project import Project
from migrator.runner import Step

USERS = 1000

# As SQLModel's create_all had them filled: naive times, no key to "user", no defaults.
_LOAD = (
    f"""
    INSERT INTO "user" (id, name, email, "emailVerified")
    SELECT lpad(u::text, 32, '0'), 'user ' || u, u || '@heap.example', true
    FROM generate_series(0, {USERS} - 1) u
    """,
    f"""
    INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)
    SELECT lpad(mod(n, {USERS})::text, 32, '0'), 'Task ' || n,
           repeat('what there is to say ', mod(n, 7)), mod(n, 3) = 0, at, at + interval '1 hour'
    FROM (SELECT n, timestamp '2026-01-01' + n * interval '1 minute'
          FROM generate_series(1, %s) n) AS t (n, at)
    """,
    "ANALYZE tasks",
)
_FILES = """
    SELECT relname, pg_relation_filenode(oid) FROM pg_class
    WHERE oid = 'tasks'::regclass
       OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'tasks'::regclass)
"""
_WAL = "SELECT pg_current_wal_insert_lsn() - '0/0'"

_HEAD = "| revision | direction | heap | indexes | s | WAL bytes |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Effect:
    """What one revision did to the files of tasks; `wal` is in bytes."""

    step: Step
    rewritten: bool
    indexes: tuple[str, ...]
    """Such as "built ix_tasks_tags": those built, rebuilt or dropped, by name."""
    wal: int

    @property
    def row(self) -> str:
        """A row of the table in markdown."""
        heap = "REWRITTEN" if self.rewritten else "kept"
        indexes = ", ".join(self.indexes) or "kept"
        name = f"{self.step.revision} {self.step.title}"
        return (
            f"| {name} | {self.step.direction} | {heap} | {indexes} | {self.step.seconds:.2f}"
            f" | {self.wal:,} |"
        )


def load(admin: psycopg.Connection, tasks: int) -> None:
    """Fill tasks as Phase II left it, at the first revision; the role may write to "user" too."""
    users, rows, analyze = _LOAD
    with admin.transaction():
        admin.execute(users)
        admin.execute(rows, [tasks])
        admin.execute(analyze)


def measure(project: Project) -> list[Effect]:
    """Apply every revision after the stamped one and undo them again, the newest first."""
    with connect(project.url) as connection:
        first = runner.current(connection)
        scripts = runner.pending(project, first)
        effects = [_effect(project, connection, "upgrade", s.revision) for s in scripts]
        effects += [_effect(project, connection, "downgrade", "-1") for _ in scripts]
    return effects


def _effect(project: Project, connection: sa.Connection, direction: str, target: str) -> Effect:
    before, start = _read(connection)
    (step,) = getattr(runner, direction)(project, target)
    after, end = _read(connection)
    heap_before, heap_after = before.pop("tasks"), after.pop("tasks")
    return Effect(step, heap_before != heap_after, tuple(_changes(before, after)), end - start)


def _read(connection: sa.Connection) -> tuple[dict[str, int], int]:
    """Return the file of the heap and of each index by name, and the position in the WAL."""
    files = {row.relname: row[1] for row in connection.exec_driver_sql(_FILES)}
    position = int(connection.exec_driver_sql(_WAL).scalar_one())
    connection.commit()
    return files, position


def _changes(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """By name and not by oid: ALTER TYPE makes a new index of the same name."""
    changes = []
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            changes.append(f"built {name}")
        elif name not in after:
            changes.append(f"dropped {name}")
        elif before[name] != after[name]:
            changes.append(f"rebuilt {name}")
    return changes


def _measure_in_sandbox(project: Project, tasks: int) -> tuple[str, list[Effect]]:
    with project.sandbox() as address:
        sandbox = Project(project.config, address)
        runner.upgrade(sandbox, sandbox.script.get_bases()[0])
        with project.server.connect(sandbox.url.database or "") as admin:
            load(admin, tasks)
            version = admin.info.parameter_status("server_version") or ""
        return version, measure(sandbox)


@click.command()
@click.option("--tasks", default=300_000, show_default=True, help="Rows of Phase II.")
@click.option("--config", default="alembic.ini", envvar="ALEMBIC_CONFIG", help="alembic.ini")
def main(tasks: int, config: str) -> None:
    """Find the revisions that rewrite tasks: exit status 1."""
    try:
        version, effects = _measure_in_sandbox(Project.load(Path(config)), tasks)
    except MigratorError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    print(f"PostgreSQL {version}, {tasks:,} tasks\n\n{_HEAD}")
    for effect in effects:
        print(effect.row)
    sys.exit(any(effect.rewritten for effect in effects))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.heap_rewrites")
