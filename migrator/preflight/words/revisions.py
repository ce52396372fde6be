"""What is said about the pending revisions themselves."""

from collections.abc import Sequence

from migrator.preflight.finding import Finding
from migrator.preflight.rehearsal import Change, Lock
from migrator.preflight.words.names import shown, size


def locks_in_order(revision: str, locks: Sequence[Lock], budget: float, deadlock: float) -> Finding:
    order = ", then ".join(f"{shown(lock.table)} ({lock.mode})" for lock in locks)
    loser = (
        f"its wait ends after {budget:g} s (LOCK_TIMEOUT), before PostgreSQL looks for a deadlock "
        f"({deadlock:g} s): as a rule the revision gives way, and is tried again"
        if budget < deadlock
        else f"PostgreSQL looks for it after {deadlock:g} s and may end the application's "
        f"transaction, since LOCK_TIMEOUT is {budget:g} s"
    )
    return Finding(
        "warn",
        "lock-order",
        f"revision {revision} locks {len(locks)} tables at once: {order}",
        f"a transaction that takes them the other way round deadlocks with it; {loser}",
        "lock one table a revision; where that cannot be, as for a foreign key, let the "
        "application take them in this order",
    )


def rewrites(revision: str, table: str, rows: int | None, bytes_: int | None) -> Finding:
    much = ", ".join(
        part
        for part in (
            f"about {rows:,} rows" if rows is not None else "",
            size(bytes_) if bytes_ is not None else "",
        )
        if part
    )
    return Finding(
        "warn",
        "rewrite",
        f"revision {revision} writes {shown(table)} anew"
        + (f" ({much})" if much else "")
        + ", and nobody reads or writes it meanwhile",
        hint='docs/recipes.md shows how to change a type, or to fill a column, without it: "expand '
        'and contract"',
    )


def retyped(revision: str, changes: Sequence[Change]) -> Finding:
    lines = (
        f"{shown(f'{one.table}.{one.column}')} from {one.before} to {one.after}" for one in changes
    )
    return Finding(
        "warn",
        "result-type",
        f"revision {revision} changes the type of "
        + ", ".join(shown(f"{one.table}.{one.column}") for one in changes),
        "; ".join(lines)
        + '. Prepared statements that return it fail with "cached plan must not change result '
        'type" until their connection is replaced (psycopg prepares what it has run five times)',
        "replace the application's connections right after this revision, or let it connect with "
        'prepare_threshold=None before; docs/recipes.md, "change a type", does without',
    )


def widened(revision: str, changes: Sequence[Change]) -> Finding:
    return Finding(
        "note",
        "select-star",
        f"revision {revision} adds "
        + ", ".join(shown(f"{one.table}.{one.column}") for one in changes),
        'prepared statements with `SELECT *` fail with "cached plan must not change result type" '
        "until their connection is replaced; those that name their columns do not",
    )


def dropped(revision: str, changes: Sequence[Change]) -> Finding:
    return Finding(
        "warn",
        "column-dropped",
        f"revision {revision} drops "
        + ", ".join(shown(f"{one.table}.{one.column}") for one in changes),
        "statements of the running release that name it fail from then on",
        'first deploy a release that does not: docs/recipes.md, "drop a column"',
    )
