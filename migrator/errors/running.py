"""Running revisions: waiting, stopping, losing the connection, the look beforehand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from migrator.errors.base import MigratorError, Refused, unquoted
from migrator.errors.checks import Finding
from migrator.errors.database import ConnectionLost, GaveUp

if TYPE_CHECKING:
    from migrator import preflight
    from migrator.blockers import Wait


def waits(wait: "Wait") -> str:
    """What a line says while it waits."""
    return f'for "{unquoted(wait.table)}", {wait}' if wait.table else str(wait)


def may_not_see(pid: int, role: str | None) -> MigratorError:
    return MigratorError(
        f"cannot tell whether pid {pid} ({role}) is idle in its transaction",
        detail="what the sessions of other roles do is shown to members of pg_read_all_stats only",
        hint="an administrator: GRANT pg_read_all_stats, pg_signal_backend TO the migrating role; "
        "nothing of this revision was changed",
    )


def may_not_end(wait: "Wait") -> MigratorError:
    return MigratorError(
        "this role may not end what holds the lock",
        detail=str(wait),
        hint="an administrator: GRANT pg_signal_backend TO the migrating role; only a superuser "
        "may end the sessions of one; nothing of this revision was changed",
    )


def build_too_long(revision: str, limit: float, wait: "Wait | None") -> GaveUp:
    """`wait` is the newest moment at which it was seen waiting, with those who held it up."""
    return GaveUp(
        f"revision {revision} built for longer than {limit:g} s, which BUILD_TIMEOUT allows",
        detail=str(wait) if wait else None,
        hint="reads and writes went on meanwhile; run the same command again, which clears away "
        "what is half-built, or give it longer: BUILD_TIMEOUT=<seconds>",
    )


class Stopped(MigratorError):
    """SIGINT or SIGTERM came, and no further statement shall begin."""

    def __init__(
        self, signal: str, *, where: str = "", detail: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(f"stopped by {signal}{where}", detail=detail, hint=hint)
        self.signal = signal


def stopped_at(signal: str, revision: str, left_at: str | None) -> Stopped:
    return Stopped(
        signal,
        where=f" at revision {revision}",
        detail=f"that one was rolled back; {_stands(left_at)}",
        hint="run the same command again to go on; it also clears away a half-built index",
    )


def stopped_before(signal: str, revision: str, left_at: str | None) -> Stopped:
    return Stopped(
        signal,
        where=f" before revision {revision}",
        detail=_stands(left_at),
        hint="run the same command again to go on",
    )


def stopped_waiting(signal: str) -> Stopped:
    return Stopped(
        signal,
        where=" while another migration was running",
        hint="nothing was changed; run the same command again",
    )


def _stands(revision: str | None) -> str:
    return f"the database is at revision {revision}" if revision else "the database has no revision"


def lost_at(revision: str, error: MigratorError) -> ConnectionLost:
    return ConnectionLost(
        f"the connection was lost at revision {revision}",
        detail=error.message,
        hint="run the same command again; it goes on from where the database then stands",
    )


def role_refused(role: str, error: DBAPIError) -> MigratorError:
    """`role` does not exist, or may not be taken."""
    diagnostic = getattr(error.orig, "diag", None)
    said = (diagnostic and diagnostic.message_primary) or " ".join(str(error.orig).split())
    return MigratorError(
        f'cannot work as "{role}", which MIGRATION_ROLE names: {said}',
        hint=f'an administrator: GRANT "{role}" TO the user of DATABASE_URL; or correct '
        "MIGRATION_ROLE",
    )


def role_not_taken(role: str, user: str, now: str) -> MigratorError:
    return MigratorError(
        f'"{user}" still works as "{now}" and not as "{role}", which MIGRATION_ROLE names',
        hint="set DATABASE_URL_UNPOOLED to the address of the PostgreSQL server itself",
    )


def edited_since(revision: str, name: str, wanted: str, found: str) -> Finding:
    return Finding(
        f'"{name}" was edited after this database applied it',
        f"sha256 of revision {revision}: applied {wanted[:12]}…, now {found[:12]}…",
        "a database that has applied it does not apply it again: restore the file, and write a "
        "new revision",
    )


def preflight_refused(findings: "Sequence[preflight.Finding]") -> Refused:
    names = " ".join(dict.fromkeys(f"--skip-preflight {one.name}" for one in findings))
    return Refused(
        f"{len(findings)} findings keep the upgrade from starting"
        if len(findings) > 1
        else f"{findings[0].message} [{findings[0].name}]",
        detail="\n".join(map(str, findings)) if len(findings) > 1 else findings[0].detail,
        hint=(f"{findings[0].hint}; " if len(findings) == 1 and findings[0].hint else "")
        + f"nothing was changed; `make plan` shows everything; to go on all the same: {names}",
    )
