"""sql/MEASURED.json: what a review saw each revision do, stored so that rendering measures nothing.

What is stored holds for the revision's file as it was: of a file that has changed nothing is known.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from alembic.script import Script

from migrator import figures
from migrator.project import Project
from migrator.render.checksums import digest

NAME = "MEASURED.json"
NOT_REHEARSED = "not rehearsed: make review"

_FORMAT = "migrator-measured/1"
_WIDTH = 96  # what is left of a line of 100 characters behind `-- `, with some room
_INDENT = " " * 14


@dataclass(frozen=True)
class Lock:
    """The longest lock of one mode on one relation that was there before, `mode` as SQL says it."""

    relation: str
    mode: str
    seconds: float


@dataclass(frozen=True)
class Direction:
    """What the upgrade, or the downgrade, of a revision did; relations by their full names.

    `rewrites` are relations whose rows or entries were all written anew, `reads` and `writes` rows
    by relation; `wait` is the longest that a session of an application had to wait, "" for none,
    None where it was not measured; `grows` names what grows with the rows of the tables, None where
    it was not measured.
    """

    locks: list[Lock] = field(default_factory=list)
    rewrites: list[str] = field(default_factory=list)
    reads: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    wait: str | None = None
    grows: list[str] | None = None


@dataclass(frozen=True)
class Measured:
    """One revision: `digest` of its file, the server's version, and rows of each table.

    `verdict` is the word for its way back, `lost` says in words what did not come back.
    """

    digest: str
    postgresql: str
    rows: int
    up: Direction
    down: Direction | None = None
    verdict: str | None = None
    lost: list[str] = field(default_factory=list)


def load(project: Project) -> dict[str, Measured]:
    """What is stored, by revision, also of files that have changed since."""
    path = _path(project)
    if not path.is_file():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {name: _measured(one) for name, one in document["revisions"].items()}


def store(project: Project, measured: Mapping[str, Measured]) -> None:
    """Add to what is stored, in the order of history; what is there no more is left out."""
    known = {**load(project), **measured}
    line = [script.revision for script in reversed(list(project.script.walk_revisions()))]
    document = {
        "format": _FORMAT,
        "revisions": {name: asdict(known[name]) for name in line if name in known},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    path = _path(project)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)


def current(project: Project) -> dict[str, Measured]:
    """What is known of the revisions as their files are now."""
    stored = load(project)
    return {
        script.revision: stored[script.revision]
        for script in project.script.walk_revisions()
        if script.revision in stored and stored[script.revision].digest == digest_of(script)
    }


def missing(project: Project) -> list[Script]:
    """The revisions that were not rehearsed as they are now, oldest first."""
    known = current(project)
    line = reversed(list(project.script.walk_revisions()))
    return [script for script in line if script.revision not in known]


def digest_of(script: Script) -> str:
    return digest(Path(script.path).read_bytes())


def head(known: Measured | None, direction: str) -> list[str]:
    """The lines about it at the top of a file of SQL; `direction` is `upgrade` or `downgrade`."""
    seen = known and (known.up if direction == "upgrade" else known.down)
    if not known or not seen:
        return [NOT_REHEARSED]
    rows = figures.count(known.rows, "row")
    lines = [f"Measured on PostgreSQL {known.postgresql} with {rows} in each table:"]
    for name, words in _told(known, seen):
        lines += textwrap.wrap(
            f"    {name:10}{words}", _WIDTH, subsequent_indent=_INDENT, break_on_hyphens=False
        )
    return lines


def _told(known: Measured, seen: Direction) -> Iterator[tuple[str, str]]:
    yield "locks", _locks(seen)
    yield "rewrites", ", ".join(map(figures.plain, seen.rewrites)) or "nothing"
    yield "reads", _rows(seen.reads)
    if seen.writes:
        yield "writes", _rows(seen.writes)
    if seen.wait is not None:
        yield "waits", seen.wait or "nobody waited"
    if seen.grows is not None:
        yield "growth", f"with the rows: {', '.join(seen.grows)}" if seen.grows else "constant"
    if known.verdict:
        yield "undoing", known.verdict + (f": {'; '.join(known.lost)}" if known.lost else "")


def _locks(seen: Direction) -> str:
    """By mode, the strongest first, without those that a stronger one of the same time hides."""
    by_mode: dict[str, list[str]] = {}
    longest: dict[str, float] = {}
    for lock in seen.locks:
        if lock.seconds <= longest.get(lock.relation, -1):
            continue
        longest[lock.relation] = lock.seconds
        took = f"{figures.plain(lock.relation)} {figures.seconds(lock.seconds)}"
        by_mode.setdefault(lock.mode, []).append(took)
    told = [f"{mode} on {', '.join(relations)}" for mode, relations in by_mode.items()]
    return "; ".join(told) or "none on what was there before"


def _rows(counts: Mapping[str, int]) -> str:
    told = [f"{figures.count(number, 'row')} of {figures.plain(k)}" for k, number in counts.items()]
    return ", ".join(told) or "nothing"


def _path(project: Project) -> Path:
    return project.path("sql_location") / NAME


def _measured(stored: dict[str, Any]) -> Measured:
    down = stored.pop("down")
    up = _direction(stored.pop("up"))
    return Measured(up=up, down=_direction(down) if down else None, **stored)


def _direction(stored: dict[str, Any]) -> Direction:
    return Direction(locks=[Lock(**one) for one in stored.pop("locks")], **stored)
