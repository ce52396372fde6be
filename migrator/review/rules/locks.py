"""Locks: taken on purpose, on several tables, without a limit, or for longer than needed."""

import re
from collections.abc import Iterator

from migrator.preflight.modes import Mode
from migrator.review.observed import Lock
from migrator.review.rules import data, names
from migrator.review.rules.rule import Hit
from migrator.review.rules.step import Step
from migrator.review.safe_forms.form import Form, Part, form

SLOW = 0.2
"""Seconds from which on a statement counts as work, whatever it does."""

_LOCK = re.compile(r"\bLOCK\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(ALTER|CREATE|DROP|REINDEX|VACUUM|CLUSTER|TRUNCATE|REFRESH)\b", re.IGNORECASE
)


def explicit(step: Step) -> Iterator[Hit]:
    """A lock that nothing in the schema or in the rows tells the reason of."""
    done = step.done
    if done.changes or done.rewritten or done.rebuilt or done.renamed or done.written:
        if not (_LOCK.search(step.code) and not _CHANGES.search(step.code)):
            return
    elif not _LOCK.search(step.code) and _CHANGES.search(step.code):
        return  # an ALTER that found everything as it should be
    for lock in step.locks(Mode.SHARE):
        stops = "even reading" if lock.mode == Mode.ACCESS_EXCLUSIVE else "writing"
        yield Hit(
            f'locks "{names.plain(lock.relation)}" in {lock.mode} mode, against {stops}, until the'
            " transaction ends",
            {"table": lock.relation, "lock": str(lock.mode), "seconds": round(lock.seconds, 3)},
            form(
                Part((f"SELECT pg_advisory_xact_lock(hashtext('{names.plain(lock.relation)}'))",))
            ),
        )


def held_over_work(step: Step) -> Iterator[Hit]:
    held = step.held(Mode.SHARE)
    work = list(_work(step))
    if not held or not work or data.backfills(step):
        return
    tables = ", ".join(f'"{names.plain(one)}"' for one in dict.fromkeys(k.relation for k in held))
    strongest = max(lock.mode for lock in held)
    waits = "everybody else waits" if strongest == Mode.ACCESS_EXCLUSIVE else "writers wait"
    yield Hit(
        f"{' and '.join(work)} while {tables} is still locked ({strongest}) by an earlier"
        f" statement of the transaction: {waits} for that, too",
        {
            "held": [{"table": lock.relation, "lock": str(lock.mode)} for lock in held],
            "seconds": round(step.seconds, 3),
            "rows_read": {t: n for t, n in step.done.read.items() if step.reads(t)},
            "rows_written": data.touched(step),
        },
        _apart(step),
    )


def _work(step: Step) -> Iterator[str]:
    read = sum(rows for table, rows in step.done.read.items() if step.reads(table))
    written = sum(data.touched(step).values())
    if read:
        yield f"reads {read:,} rows"
    if written:
        yield f"writes {written:,} rows"
    if not read and not written and step.seconds >= SLOW:
        yield f"takes {step.seconds:.1f} s"


def _apart(step: Step) -> Form:
    """What got the locks in one transaction, what takes its time in another."""
    held = {(lock.relation, lock.mode) for lock in step.held(Mode.SHARE)}
    got = (one for one in step.earlier if held & {(k.relation, k.mode) for k in one.done.locks})
    before = tuple(one.seen.text for one in got)
    return form(Part(before), Part((step.seen.text,), when="in a transaction of its own"))


def chain(step: Step) -> Iterator[Hit]:
    """More than one table locked: whoever uses both in the other order ends in a deadlock."""
    tables = _families(step, step.locks(Mode.SHARE_ROW_EXCLUSIVE))
    held = _families(step, step.held(Mode.SHARE_ROW_EXCLUSIVE))
    new = {table: mode for table, mode in tables.items() if table not in held}
    strongest = max([*new.values(), *held.values()], default=Mode.ACCESS_SHARE)
    # What a new table refers to is locked too, not changed: for a moment, against writers only.
    changed = set().union(*(_altered(one) for one in (*step.earlier, step)))
    if new and held and (strongest >= Mode.EXCLUSIVE or (changed & {*new} and changed & {*held})):
        yield _chain(step, new, held)
    elif not held and _is_block(step):
        altered = {t: m for t, m in tables.items() if m >= Mode.EXCLUSIVE and t in _altered(step)}
        if len(altered) > 1:
            first = next(iter(altered))
            yield _chain(step, {t: m for t, m in altered.items() if t != first}, {first: Mode(8)})


def _families(step: Step, locks: list[Lock]) -> dict[str, Mode]:
    """Tables with their strongest locks; partitions count as the table that they are parts of."""
    found: dict[str, Mode] = {}
    for lock in locks:
        root = step.run.root(lock.relation)
        if step.run.tables[lock.relation] == "table":
            found[root] = max(lock.mode, found.get(root, lock.mode))
    return found


def _altered(step: Step) -> set[str]:
    """The tables of which something was changed."""
    found = set()
    for one in step.done.changes:
        table = names.on(one.object)[1] or names.without_last(one.object)
        found |= {step.run.root(t) for t in (one.object, table) if t in step.run.tables}
    return found


def _is_block(step: Step) -> bool:
    """Whether it is code that runs statements, rather than one of them."""
    return re.match(r"\s*(DO|CALL|SELECT|WITH)\b", step.seen.text, re.IGNORECASE) is not None


def _chain(step: Step, new: dict[str, Mode], held: dict[str, Mode]) -> Hit:
    def told(tables: dict[str, Mode]) -> str:
        return ", ".join(f'"{names.plain(table)}"' for table in tables)

    return Hit(
        f"locks {told(new)} while {told(held)} is locked: the queues of both grow until the"
        " transaction ends, and an application that uses them in the other order is in a deadlock",
        {
            "locks": {table: str(mode) for table, mode in new.items()},
            "held": {table: str(mode) for table, mode in held.items()},
        },
        _each_apart(step) if step.earlier else None,
    )


def _each_apart(step: Step) -> Form:
    """Every statement that locks a table in a transaction of its own."""
    locking = [one for one in step.earlier if one.locks(Mode.SHARE_ROW_EXCLUSIVE)]
    return form(*(Part((one.seen.text,)) for one in (*locking, step)))


def no_timeout(step: Step) -> Iterator[Hit]:
    """Told once, where the first strong lock is asked for."""
    if not _waits_for_ever(step):
        return
    first = next(one for one in step.run.steps if _waits_for_ever(one))
    if first is step:
        lock = max(step.locks(Mode.SHARE), key=lambda one: one.mode)
        yield Hit(
            f'asks for {names.a(lock.mode)} lock on "{names.plain(lock.relation)}" without a'
            " lock_timeout: behind one long query it waits without limit, and everybody behind it",
            {"table": lock.relation, "lock": str(lock.mode), "lock_timeout": "0"},
            form(Part(("SET LOCAL lock_timeout = '2s'", step.seen.text), when="and try again")),
        )


def _waits_for_ever(step: Step) -> bool:
    return bool(step.locks(Mode.SHARE)) and step.seen.settings.get("lock_timeout") == "0"
