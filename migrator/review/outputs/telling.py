"""What every form of the report says: the words for figures, places and counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from migrator import figures
from migrator.preflight.modes import Mode
from migrator.render.measured import Direction
from migrator.review.facts import direction
from migrator.review.finding import SEVERITIES, Finding
from migrator.review.observed import Observed
from migrator.review.rehearsal import Rehearsal
from migrator.review.review import Review

_NAMES = {"seconds": "took", "copied_bytes": "copied", "wal_bytes": "WAL", "sqlstate": "SQLSTATE"}


def summary(done: Review) -> str:
    """What was rehearsed, and how many findings of each severity there are."""
    upgrades = [run for run in done.runs if not run.downgrade]
    if not done.runs:
        return f"nothing to rehearse: {counts(done.findings)}"
    what = "revision" if any(run.revision for run in upgrades) else "file"
    rows = figures.count(done.rows, "row")
    return (
        f"{figures.count(len(upgrades), what)} rehearsed on PostgreSQL {done.version} with "
        f"{rows} in each table: {counts(done.findings)}"
    )


def counts(findings: Iterable[Finding]) -> str:
    """Such as `1 error, 2 notes, 1 acknowledged`."""
    found = list(findings)
    open_ = [one.severity for one in found if not one.acknowledged]
    told = [figures.count(open_.count(one), one) for one in SEVERITIES if one in open_]
    if acknowledged := len(found) - len(open_):
        told.append(f"{acknowledged} acknowledged")
    return ", ".join(told) or "nothing found"


def severe(done: Review) -> list[Finding]:
    """Those to decide about, or decided: errors and warnings, also acknowledged ones."""
    found = [one for one in done.findings if one.severity != "note"]
    return sorted(found, key=lambda one: one.acknowledged is not None)


def notes(done: Review) -> list[Finding]:
    return [one for one in done.findings if one.severity == "note"]


def place(one: Finding) -> str:
    """Such as `versions/0002_x.py:17 (downgrade)`; without a file, the revision."""
    where = one.file or one.revision or "the whole"
    line = f":{one.line}" if one.file and one.line else ""
    return f"{where}{line}" + (" (downgrade)" if one.downgrade else "")


def name(run: Rehearsal) -> str:
    """What is rehearsed: the revision's file without its folder and ending, or the file of SQL."""
    stem = PurePath(run.file).stem if run.file else run.revision or "the file"
    return f"{stem}, downgrade" if run.downgrade else stem


def evidence(one: Finding) -> Iterator[tuple[str, str]]:
    """What was measured, name and value in words."""
    for key, value in one.evidence.items():
        if value not in (None, "", [], {}):
            yield _NAMES.get(key, key.replace("_", " ")), _value(key, value)


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(key, value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k.replace('_', ' ')} {_value(k, v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_value(key, one) for one in value)
    return str(value)


def _number(key: str, value: float) -> str:
    if "seconds" in key:
        return figures.seconds(value)
    if key.endswith("bytes"):
        return figures.size(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


COLUMNS = ("rehearsed", "strongest lock", "rewrites", "reads", "waited", "undoing")

NONE = "-"


@dataclass(frozen=True)
class Line:
    """One revision, or its downgrade, in one line of a table."""

    name: str
    lock: str
    rewrites: str
    reads: str
    waits: str
    undoing: str

    @property
    def figures(self) -> tuple[str, ...]:
        """What stands in the columns but the first."""
        return self.lock, self.rewrites, self.reads, self.waits, self.undoing


def lines(done: Review) -> list[Line]:
    """A line for each upgrade, and for each downgrade that takes a lock that blocks anybody."""
    return [_line(done, run) for run in done.runs if not run.downgrade or _blocks(run)]


def _blocks(run: Rehearsal) -> bool:
    return any(lock.mode >= Mode.SHARE for one in run.statements for lock in one.locks)


def _line(done: Review, run: Rehearsal) -> Line:
    seen = direction(run)
    back = done.reversals.get(run.revision or "")
    return Line(
        name(run),
        strongest(seen),
        ", ".join(map(figures.plain, seen.rewrites)) or NONE,
        ", ".join(f"{figures.plain(k)} {number:,}" for k, number in seen.reads.items()) or NONE,
        seen.wait or NONE,
        back.verdict if back and not run.downgrade else NONE,
    )


def strongest(seen: Direction) -> str:
    """The strongest lock, the longest where there are several, and how many others there are."""
    if not seen.locks:
        return NONE
    same = [one for one in seen.locks if one.mode == seen.locks[0].mode]
    first = max(same, key=lambda one: one.seconds)
    others = len(seen.locks) - 1
    return f"{first.mode} on {figures.plain(first.relation)} {figures.seconds(first.seconds)}" + (
        f" and {others} more" if others else ""
    )


def short(statement: Observed, width: int = 100) -> str:
    """The text of a statement in one line."""
    text = " ".join(statement.text.split())
    return text if len(text) <= width else f"{text[: width - 1]}…"
