"""From what a review has shown to what is stored of each revision (sql/MEASURED.json)."""

from collections.abc import Iterable, Iterator

from migrator import figures
from migrator.preflight.modes import Mode
from migrator.render.measured import Direction, Lock, Measured
from migrator.review.growth import growth
from migrator.review.observed import Observed, Wait
from migrator.review.rehearsal import Rehearsal
from migrator.review.reversal import Loss
from migrator.review.review import Review

_FEW_ROWS = 100
"""Fewer rows than this tell nothing of a table that grows: they are those of a catalog."""


def facts(done: Review, digests: dict[str, str]) -> dict[str, Measured]:
    """By revision, of those whose upgrade went through; `digests` are those of their files."""
    downs = {run.revision: run for run in done.runs if run.downgrade and not run.failure}
    found = {}
    for run in done.runs:
        if run.downgrade or run.failure or run.revision not in digests:
            continue
        down = downs.get(run.revision)
        back = done.reversals.get(run.revision)
        found[run.revision] = Measured(
            digests[run.revision],
            run.version,
            done.rows,
            direction(run),
            direction(down) if down else None,
            back.verdict if back else None,
            list(dict.fromkeys(map(lost, back.losses))) if back else [],
        )
    return found


def direction(run: Rehearsal) -> Direction:
    """What one direction of a revision did, over all its statements."""
    return Direction(
        locks(run.statements),
        list(dict.fromkeys(name for one in run.statements for name in rewritten(one))),
        _sum((name, rows) for one in run.statements for name, rows in one.read.items()),
        _sum((name, rows) for one in run.statements for name, rows in written(one)),
        None if run.downgrade else longest(run.statements),
        grows(run) if run.smaller else None,
    )


def locks(statements: Iterable[Observed]) -> list[Lock]:
    """The longest of each mode and relation, the strongest mode first."""
    longest: dict[tuple[Mode, str], float] = {}
    for one in statements:
        for lock in one.locks:
            key = (lock.mode, lock.relation)
            longest[key] = max(longest.get(key, 0), lock.seconds)
    by_strength = sorted(longest.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [Lock(name, str(mode), float(f"{held:.2g}")) for (mode, name), held in by_strength]


def rewritten(one: Observed) -> tuple[str, ...]:
    """Tables whose rows were copied, and indexes that were there before and built again."""
    return (*one.rewritten, *one.rebuilt)


def written(one: Observed) -> Iterator[tuple[str, int]]:
    """Rows written, by relation."""
    for name, rows in one.written.items():
        yield name, rows.inserted + rows.updated + rows.deleted


def longest(statements: Iterable[Observed]) -> str:
    """The longest wait in words, "" when nobody waited."""
    waits = [wait for one in statements for wait in one.waits]
    if not waits:
        return ""
    return waited(max(waits, key=lambda one: one.seconds))


def waited(wait: Wait) -> str:
    """Such as `an INSERT of tasks for 1.2 s`."""
    article = "an" if wait.kind[0] in "IU" else "a"
    where = figures.plain(wait.relation)
    return f"{article} {wait.kind} of {where} for {figures.seconds(wait.seconds)}"


def grows(run: Rehearsal) -> list[str]:
    """What grows with the rows: rows read and written, bytes, time."""
    words = {"copied_bytes": "bytes copied", "seconds": "time"}
    found: list[str] = []
    for one in run.statements:
        for figure in growth(run, one):
            if not figure.grows:
                continue
            if figure.relation and figure.more >= _FEW_ROWS:
                what = "rows read" if figure.figure == "read" else "rows written"
                found.append(f"{what} of {figures.plain(figure.relation)}")
            elif figure.figure in words:
                found.append(words[figure.figure])
    return list(dict.fromkeys(found))


def lost(loss: Loss) -> str:
    """One thing that did not come back, such as `12 rows of tasks`."""
    where = figures.plain(loss.table) + (f".{loss.column}" if loss.column else "")
    number = "" if loss.count is None else f" ({loss.count:,})"
    return f"{loss.what.replace('_', ' ')}: {where}{number} after the {loss.phase}"


def _sum(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for name, rows in counts:
        total[name] = total.get(name, 0) + rows
    return {name: total[name] for name in sorted(total) if total[name]}
