"""What an upgrade would do, before it does it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from alembic.script import Script

from migrator import preflight
from migrator.preflight import USUAL, Finding, Limits, Rehearsal, Table
from migrator.project import Project
from migrator.render import split
from migrator.report import offline
from migrator.runner import current, pending, title
from migrator.url import describe


@dataclass(frozen=True)
class Lock:
    """A lock on a table that is there before the upgrade, such as `public.tasks`."""

    table: str
    mode: str


@dataclass(frozen=True)
class Column:
    """A column of such a table whose type changes; `before` is None for one that is added."""

    table: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Seen:
    """What the rehearsal of a revision has shown; `locks` in the order in which they are taken."""

    in_transaction: bool
    locks: list[Lock]
    columns: list[Column]
    rewrites: list[str]


@dataclass(frozen=True)
class Planned:
    """One pending revision with the statements that it would run; `seen` is None if unknown."""

    revision: str
    title: str
    statements: list[str]
    seen: Seen | None


@dataclass(frozen=True)
class Plan:
    """All that `upgrade` would do to `database`, which is at `revision`."""

    database: str
    revision: str | None
    steps: list[Planned]
    tables: list[Table]
    findings: list[Finding]

    def as_json(self) -> dict[str, Any]:
        """The same as plain data: lock modes in the words of SQL."""
        tables = [{**asdict(one), "mode": str(one.mode)} for one in self.tables]
        return {**asdict(self), "tables": tables}


def draw(project: Project, target: str = "head", limits: Limits = USUAL) -> Plan:
    """What `upgrade` would run, and what the preflight says to it. Changes nothing."""
    with project.connect() as connection:
        stamped = current(connection)
        waiting = pending(project, stamped, target)
        examined = preflight.look(project, connection, waiting, limits)
    seen = _seen(examined.rehearsal)
    return Plan(
        describe(project.url),
        stamped,
        [_planned(project, script, seen.get(script.revision)) for script in waiting],
        examined.tables,
        examined.findings,
    )


def _planned(project: Project, script: Script, seen: Seen | None) -> Planned:
    statements = split(offline(project, "upgrade", script))
    return Planned(script.revision, title(script), statements, seen)


def _seen(rehearsal: Rehearsal | None) -> dict[str, Seen]:
    return {
        one.revision: Seen(
            one.in_transaction,
            [Lock(lock.table, str(lock.mode)) for lock in one.locks],
            [Column(c.table, c.column, c.before, c.after) for c in one.changes],
            one.rewritten,
        )
        for one in (rehearsal.revisions if rehearsal else ())
    }


def render(made: Plan, with_sql: bool) -> str:
    """The plan for a terminal: each revision, the tables, the findings."""
    if not made.steps:
        return "nothing to do"
    blocks = ["\n".join(_revision(one, with_sql)) for one in made.steps]
    if not with_sql:
        blocks = ["\n".join(blocks)]
    if made.tables:
        blocks.append("\n".join(_tables(made.tables)))
    return "\n\n".join([*blocks, *map(str, made.findings)])


def _revision(one: Planned, with_sql: bool) -> list[str]:
    lines = [f"{one.revision}  {one.title}"]
    if one.seen:
        manner = "in one transaction" if one.seen.in_transaction else "step by step, concurrently"
        locks = ", then ".join(
            f"{preflight.shown(lock.table)} {lock.mode}" for lock in one.seen.locks
        )
        lines.append(f"    -- {manner}; locks {locks or 'no table that is there'}")
    if with_sql:
        lines += [f"    {line}" for text in one.statements for line in f"{text};".split("\n")]
    return lines


def _tables(tables: Sequence[Table]) -> list[str]:
    rows = [("table", "rows", "size", "strongest lock")]
    for one in tables:
        known = "unknown" if one.rows is None else f"about {one.rows:,}"
        much = "unknown" if one.bytes is None else preflight.size(one.bytes)
        rows.append((preflight.shown(one.name), known, much, str(one.mode)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
