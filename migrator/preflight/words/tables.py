"""What is said about the tables that the pending revisions lock, and who is at work on them."""

from collections.abc import Sequence

from migrator.blockers import age
from migrator.preflight.finding import Finding
from migrator.preflight.modes import Mode
from migrator.preflight.words.names import shown
from migrator.redact import redact


def invalid_index(index: str, table: str) -> Finding:
    return Finding(
        "warn",
        "invalid-index",
        f"index {shown(index)} on {shown(table)} is invalid: written to, and never read from",
        "a build of it was interrupted, or found duplicates",
        f"REINDEX INDEX CONCURRENTLY {index}; or DROP INDEX CONCURRENTLY {index}",
    )


def rebuilt_index(index: str, table: str) -> Finding:
    return Finding(
        "note",
        "invalid-index",
        f"index {shown(index)} on {shown(table)} is invalid, and will be built anew",
        "an earlier run was interrupted while it built it",
    )


def index_in_work(index: str, table: str, pid: int) -> Finding:
    return Finding(
        "warn",
        "index-in-work",
        f"index {shown(index)} on {shown(table)} is not valid yet: pid {pid} is at work there",
        "a revision that changes the table waits for that work",
        "wait until it is done: SELECT * FROM pg_stat_progress_create_index",
    )


def reindex_leftover(index: str, table: str) -> Finding:
    return Finding(
        "warn",
        "reindex-leftover",
        f"index {shown(index)} on {shown(table)} is left over from an interrupted REINDEX",
        "every write to the table goes on paying for it",
        f"DROP INDEX CONCURRENTLY {index}",
    )


def transaction(
    pid: int, who: str, doing: str, query: str, held: tuple[str, str] | None, *, waits: bool
) -> Finding:
    what = redact(query)
    if held:
        table, mode = held
        return Finding(
            "warn",
            "long-transaction",
            f"pid {pid} ({who}, {doing}) holds {shown(table)}, for which a revision will wait",
            f"it holds {mode}" + (f"; its statement: {what}" if what else ""),
            f"end it: SELECT pg_terminate_backend({pid})",
        )
    effect = (
        "a concurrent index build waits until it is over"
        if waits
        else "the pending revisions do not wait for it"
    )
    return Finding(
        "warn" if waits else "note",
        "long-transaction",
        f"pid {pid} ({who}) has a transaction open ({doing})",
        effect + (f"; its statement: {what}" if what else ""),
        f"end it: SELECT pg_terminate_backend({pid})" if waits else None,
    )


def prepared(gid: str, owner: str, seconds: float, held: tuple[str, str] | None) -> Finding:
    finish = gid.replace("'", "''")
    hint = f"whoever prepared it decides: COMMIT PREPARED '{finish}', or ROLLBACK PREPARED"
    if held:
        table, mode = held
        return Finding(
            "refuse",
            "prepared-transaction",
            f'prepared transaction "{gid}" of role "{owner}" holds {shown(table)}, for which a '
            "revision would wait for ever",
            f"it holds {mode}, for {age(seconds)} by now, and has no session that could end",
            hint,
        )
    return Finding(
        "note",
        "prepared-transaction",
        f'prepared transaction "{gid}" of role "{owner}" is open for {age(seconds)}',
        "the pending revisions do not wait for it, but vacuum cleans up nothing newer",
        hint,
    )


def wraparound(table: str, pid: int, mode: Mode) -> Finding:
    return Finding(
        "refuse",
        "wraparound-vacuum",
        f"autovacuum (pid {pid}) works on {shown(table)} to prevent wraparound, and does not give "
        "way",
        f"a revision needs {mode}, which waits until it is done",
        "wait for it: SELECT * FROM pg_stat_progress_vacuum; it must not be ended for long",
    )


def autovacuum(table: str, pid: int, deadlock: float) -> Finding:
    return Finding(
        "note",
        "autovacuum",
        f"autovacuum (pid {pid}) is at work on {shown(table)}",
        f"the upgrade asks it to give way, which takes {deadlock:g} s (deadlock_timeout) and lets "
        "the application pass; it begins anew afterwards",
    )


def drifted(revision: str, lines: Sequence[str], *, serious: bool) -> Finding:
    return Finding(
        "refuse" if serious else "warn",
        "drift",
        f"the tables that change are not what revision {revision} left"
        + ("" if serious else ", in what the pending revisions need not mind"),
        "\n".join(lines),
        "`make drift` writes the SQL that brings the database back; or write down what was done "
        "as a revision",
    )


def in_the_way(lines: Sequence[str], *, serious: bool) -> Finding:
    return Finding(
        "refuse" if serious else "warn",
        "in-the-way",
        "what a pending revision makes is there already"
        + ("" if serious else ", just as it makes it"),
        "\n".join(lines),
        "somebody made it by hand: drop or rename it" if serious else None,
    )


def no_comparison(reason: str) -> Finding:
    return Finding(
        "note", "not-compared", "the tables were not compared with the revisions", reason
    )
