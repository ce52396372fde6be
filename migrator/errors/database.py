"""What the database refuses while revisions run."""

import re
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from migrator.errors.base import MigratorError, Refused, unquoted

if TYPE_CHECKING:
    from migrator.blockers import Wait


DATA_LOSS = "MG001"
"""SQLSTATE with which a downgrade refuses to destroy rows (migrator.ops.refuse_data_loss)."""

_NO_LOCK = {"55P03", "40P01"}
"""SQLSTATEs of a lock that was not to be had: lock_timeout, or a deadlock that this end lost."""

_CANCELLED = "57014"
_LOST = {"57P01", "57P02", "57P03"}


class LockTimeout(MigratorError):
    """A lock was not to be had within the budget; the revision was rolled back: try again."""


class Cancelled(MigratorError):
    """A statement was cancelled: by statement_timeout, by somebody, or by ourselves."""


class ConnectionLost(MigratorError):
    """The server, the network or somebody ended the session."""


_NOTHING_CHANGED = "nothing of this revision was changed"


def _without_values(detail: str | None) -> str | None:
    """PostgreSQL's details quote rows and keys, which are the users' own and go into no log."""
    if detail is None or detail.startswith("Failing row contains"):
        return None
    return re.sub(r"\)=\(.*\)", ")=(…)", detail, flags=re.DOTALL)


def from_database(error: DBAPIError) -> MigratorError:
    """A database error in three parts: PostgreSQL's own words, and a hint where it has none."""
    diagnostic = getattr(error.orig, "diag", None)
    state = getattr(error.orig, "sqlstate", None)
    message = (diagnostic and diagnostic.message_primary) or " ".join(str(error.orig).split())
    detail = _without_values(diagnostic and diagnostic.message_detail)
    hint = diagnostic and diagnostic.message_hint
    if state == DATA_LOSS:
        return Refused(message, detail=detail, hint=hint)
    if state in _NO_LOCK:
        hint = f"{_NOTHING_CHANGED}; `make upgrade` tries again for a minute, `alembic` only once"
        return LockTimeout(message, detail=detail, hint=hint)
    if state == _CANCELLED:
        return Cancelled(message, detail=detail, hint="run the same command again to go on")
    if error.connection_invalidated or state in _LOST:
        hint = "the connection was lost; run the same command again, it goes on where it stopped"
        return ConnectionLost(message, detail=detail, hint=hint)
    if state == "42501":
        hint = hint or (
            f"{_NOTHING_CHANGED}; run as the owner of the table, or let an administrator give the "
            "role what is missing"
        )
    return MigratorError(message, detail=detail, hint=hint or f"{_NOTHING_CHANGED} ({state})")


def unstamped(tables: list[str]) -> Refused:
    names = ", ".join(f'"{table}"' for table in tables)
    return Refused(
        f"the database holds {names} but no revision is stamped",
        detail="create_all or somebody's SQL made what the first revision would make",
        hint="nothing was changed; `make adopt` checks such a database, stamps and upgrades it",
    )


class GaveUp(Refused):
    """The limit that the user set has been reached; the database is between two revisions."""


def gave_up(
    revision: str,
    tries: int,
    budget: float,
    waited: float,
    error: MigratorError,
    wait: "Wait | None" = None,
    command: str = "the same command",
) -> GaveUp:
    """`wait` is the newest moment at which it was seen waiting, with those who held it up."""
    what = f'lock "{unquoted(wait.table)}"' if wait and wait.table else "get its lock"
    times = "1 try" if tries == 1 else f"{tries} tries"
    found = wait.blockers if wait else []
    end = f" ({found[0].end})" if len(found) == 1 else ""
    return GaveUp(
        f"revision {revision} could not {what} ({times} of {budget:g} s over {waited:.0f} s)",
        detail=str(wait) if wait else error.message,
        hint=f"nothing of it was changed; end what holds the table{end}, or run {command} again",
    )


def interrupted() -> MigratorError:
    return MigratorError(
        "interrupted",
        hint="the revision that was running was rolled back; run the same command again to go on",
    )
