"""Every sentence of the tool that a user reads when something is wrong.

An error has PostgreSQL's own three parts: a message (lower case, one line, no full stop, names in
double quotes), a detail (the evidence) and a hint (the command to use). Tests assert the words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from migrator import adopt, preflight
    from migrator.blockers import Wait
    from migrator.catalog import Difference


class MigratorError(CommandError):
    """The verb could not run: exit status 2."""

    exit_code = 2  # Alembic's own command line prints a CommandError without a traceback.

    def __init__(self, message: str, *, detail: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        parts = [("error", self.message), ("detail", self.detail), ("hint", self.hint)]
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


class Refused(MigratorError):
    """The verb ran, found something against it and changed nothing: exit status 1."""

    exit_code = 1


# The project and its settings


def no_alembic_ini(path: Path) -> MigratorError:
    return MigratorError(
        f'no "{path}"',
        hint="run this in the project's folder, or name the file: --config path/to/alembic.ini",
    )


def no_option(option: str) -> MigratorError:
    return MigratorError(
        f'alembic.ini has no "{option}" in its section [migrator]',
        hint=f"add it: {option} = %(here)s/…",
    )


def env_file_not_text(name: str) -> MigratorError:
    return MigratorError(f'"{name}" is not UTF-8 text', hint="compare it with .env.example")


def env_file_not_readable(name: str) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be read: permission denied',
        hint="set the variables in the environment, or give this user the right to read the file",
    )


def env_file_bad_line(name: str, line: int) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be understood at line {line}',
        detail="a line is NAME=value; a value with spaces, quotes or # stands in quotes",
        hint="compare it with .env.example; nothing was read from it",
    )


def bad_setting(name: str, reason: str) -> MigratorError:
    return MigratorError(
        f'"{name}" has a value that cannot be used',
        detail=reason[:1].lower() + reason[1:],
        hint="see .env.example for what it means",
    )


# Addresses and connections


def url_not_readable() -> MigratorError:
    return MigratorError(
        "DATABASE_URL is not an address",
        detail="it is not shown here, since it may hold a password",
        hint="postgresql://user:password@host:5432/database; write special characters of the "
        "password in percent-encoding (@ as %40)",
    )


def url_not_postgresql(backend: str) -> MigratorError:
    return MigratorError(
        f'DATABASE_URL is an address of "{backend}", not of PostgreSQL',
        hint="postgresql://user:password@host:5432/database",
    )


def pooled_host(host: str, direct: str) -> MigratorError:
    return MigratorError(
        f'"{host}" is a pooled address, which cannot carry a migration',
        detail="session settings and the migration lock do not survive a transaction there",
        hint=f"set DATABASE_URL_UNPOOLED to the same address with the host {direct}",
    )


def pooled_address(database: str) -> MigratorError:
    return MigratorError(
        f"{database} is behind a connection pooler, which cannot carry a migration",
        detail="session settings and the migration lock do not survive a transaction there",
        hint="set DATABASE_URL_UNPOOLED to the address of the PostgreSQL server itself",
    )


def server_too_old(version: str, oldest: int) -> MigratorError:
    return MigratorError(
        f"the server runs PostgreSQL {version}, which is not supported",
        detail=f"supported are {oldest} and newer",
        hint="upgrade the server first",
    )


def connection_in_transaction() -> MigratorError:
    return MigratorError(
        "the connection handed in is inside a transaction",
        detail="each revision commits its own, and indexes are built outside any",
        hint="commit or roll back before calling Alembic",
    )


def migration_running(waited: float, holder: Sequence[Any] | None) -> MigratorError:
    who = "its holder has just gone"
    if holder is not None:
        pid, application, user, age = holder
        who = f'pid {pid} ("{application}" of role "{user}", connected for {age} s) holds it'
    return MigratorError(
        f"another migration of this database is running (waited {waited:g} s for its lock)",
        detail=who,
        hint="nothing was changed; run the same command again when it has finished",
    )


NO_SUCH_HOST = "failed to resolve host"
"""psycopg's own words in the report of a connection that could not be made."""

_CONNECTING = (
    # libpq reports these without an SQLSTATE: (words in the report, message, hint)
    (
        "password authentication failed",
        "{database} refused the password",
        "check user and password in DATABASE_URL; write @ in a password as %40",
    ),
    (
        "no password supplied",
        "{database} asks for a password and DATABASE_URL has none",
        "postgresql://user:password@host:5432/database",
    ),
    (
        "unsupported startup parameter",
        "{database} is behind a connection pooler, which cannot carry a migration",
        "set DATABASE_URL_UNPOOLED to the address of the PostgreSQL server itself",
    ),
    (
        'database "',
        "{database} does not exist",
        "create it, or correct the name at the end of DATABASE_URL",
    ),
    (
        'role "',
        "{database} has no such user",
        "create the role, or correct the user in DATABASE_URL",
    ),
    (
        NO_SUCH_HOST,
        "{database} cannot be found: no such host",
        "check the host in DATABASE_URL",
    ),
    (
        "",
        "{database} cannot be reached",
        "check that the server runs and that host and port in DATABASE_URL are right",
    ),
)


def from_connecting(error: DBAPIError, database: str, password: str | None) -> MigratorError:
    """What to do about a connection that could not be made; `password` is blanked in it."""
    report = " ".join(str(error.orig).split())
    if password:
        report = report.replace(password, "***")
    _, message, hint = next(known for known in _CONNECTING if known[0] in report)
    return MigratorError(message.format(database=database), detail=report, hint=hint)


# What the database refuses while revisions run

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
    what = f'lock "{_plain(wait.table)}"' if wait and wait.table else "get its lock"
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


# Revisions


def unknown_revision(target: str) -> MigratorError:
    return MigratorError(
        f'no revision "{target}"',
        hint="`alembic history` lists them; head, base, -1 and the start of an id will do too",
    )


def unknown_stamp(revision: str) -> MigratorError:
    return MigratorError(
        f'the database is at revision "{revision}", which this checkout does not have',
        detail="a newer release migrated it, or another project did",
        hint="check out the release that has it, or correct DATABASE_URL",
    )


def several_heads(heads: list[str]) -> MigratorError:
    return MigratorError(
        f"the revisions have {len(heads)} heads: {', '.join(sorted(heads))}",
        detail="two branches each added one",
        hint="set down_revision of your own newest revision to the other head, then make sql",
    )


def merge_revision(revision: str) -> MigratorError:
    return MigratorError(
        f"revision {revision} merges two branches, which one step cannot undo",
        hint="the history is linear by rule: give it one down_revision",
    )


# The embedded PostgreSQL

_OWN_SERVER = "set DATABASE_URL to a PostgreSQL server of your own"


def no_embedded_postgres() -> MigratorError:
    return MigratorError(
        "there is no DATABASE_URL, and no embedded PostgreSQL for this platform",
        detail='the package "embedded-postgres" is not installed, or holds no programs',
        hint=_OWN_SERVER,
    )


def folder_not_writable(folder: Path, reason: str) -> MigratorError:
    return MigratorError(
        f'"{folder}" cannot be written: {reason[:1].lower() + reason[1:]}',
        detail="the embedded PostgreSQL keeps its data there",
        hint=f"give this user the right to write there, or {_OWN_SERVER}",
    )


def account_cannot_enter(user: str, program: Path, folder: Path) -> MigratorError:
    return MigratorError(
        f'user "{user}", as which root runs PostgreSQL, cannot reach "{folder}"',
        detail=f'it must be able to enter that folder and to run "{program}"',
        hint="install setpriv (util-linux), which lends it the right; or work as an ordinary user, "
        f"elsewhere than below a private folder; or {_OWN_SERVER}",
    )


def no_account() -> MigratorError:
    return MigratorError(
        'PostgreSQL does not run as root, and there is no user "postgres" or "nobody"',
        hint=f"work as an ordinary user, or {_OWN_SERVER}",
    )


def initdb_failed(data: Path, reason: str) -> MigratorError:
    return MigratorError(
        f'the embedded PostgreSQL could not be made in "{data}"',
        detail=reason,
        hint=f"nothing is left of it; run the same command again, or {_OWN_SERVER}",
    )


def server_not_started(log: Path, reason: str) -> MigratorError:
    return MigratorError(
        "the embedded PostgreSQL did not start",
        detail=reason,
        hint=f'all it said is in "{log}"',
    )


def server_silent(folder: Path) -> MigratorError:
    return MigratorError(
        f'the embedded PostgreSQL of "{folder}" does not answer',
        detail="at least one of its processes still runs",
        hint=f"wait for it to end, or end it; this shows which one: fuser -v {folder}/alive",
    )


# The rendered SQL, and what `make check` finds


def not_renderable(revision: str, name: str, direction: str, error: Exception) -> MigratorError:
    return MigratorError(
        f'revision {revision} ("{name}") cannot be rendered as SQL for its {direction}',
        detail=" ".join(str(error).split()),
        hint="a revision must not ask the database: let SQL decide, as migrator/ops does",
    )


def revision_not_readable(name: str, error: Exception) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be read as a revision',
        detail=" ".join(str(error).split()),
        hint='it is Python with lines such as revision = "<id>" and down_revision = "<id>"',
    )


def revision_fails(revision: str, name: str, error: MigratorError) -> MigratorError:
    return MigratorError(
        f'revision {revision} ("{name}") does not run on a new database',
        detail=error.message,
        hint=error.hint,
    )


def dump_failed(report: str) -> MigratorError:
    return MigratorError("pg_dump failed", detail=" ".join(report.split()))


# The catalog


def schema_in_motion(tries: int, reason: str) -> MigratorError:
    return MigratorError(
        f"could not read the schema, somebody is changing it ({tries} tries)",
        detail=reason,
        hint="run it again when that change is done",
    )


@dataclass(frozen=True)
class Finding:
    """Something wrong in the project, found without touching a database that anybody uses."""

    message: str
    detail: str
    hint: str

    @classmethod
    def of(cls, error: MigratorError) -> "Finding":
        return cls(error.message, error.detail or "", error.hint or "")

    def __str__(self) -> str:
        parts = [("finding", self.message), ("detail", self.detail), ("hint", self.hint)]
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


def sql_stale(folder: str, names: list[str]) -> Finding:
    return Finding(
        f'"{folder}" is not what the revisions render to',
        "differing: " + ", ".join(names[:4]) + (f" and {len(names) - 4} more" if names[4:] else ""),
        "run `make sql` and commit what it writes",
    )


def revision_edited(path: str) -> Finding:
    return Finding(
        f'"{path}" was edited after its SQL was rendered',
        "a database that has applied it does not apply it again",
        f"once it is on main: git checkout -- {path}, and write a new revision; "
        "as long as it is only yours: make sql",
    )


def revision_gone(path: str) -> Finding:
    return Finding(
        f'"{path}" is gone',
        "a database that has applied it can go neither up nor down without it",
        f"once it is on main: git checkout -- {path}; as long as it was only yours: make sql",
    )


def not_a_revision_name(name: str) -> Finding:
    return Finding(
        f'"{name}" is not named as a revision',
        "the order of the names is the order of history",
        "name it YYYYMMDD_HHMM_<slug>.py, as `make revision` does",
    )


def no_revision_id(name: str) -> Finding:
    return Finding(f'"{name}" has no revision id', "", 'it needs a line revision = "<id>"')


def same_revision_id(revision: str, names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} files are revision {revision}",
        ", ".join(names),
        "give the newest one an id of its own, of 12 hexadecimal digits",
    )


def follows_nothing(name: str, below: str) -> Finding:
    return Finding(
        f'"{name}" follows revision {below}, which does not exist',
        "no database can be upgraded past that gap",
        "restore the missing file, or set down_revision to the revision that it shall follow",
    )


def several_bases(names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} revisions follow none",
        ", ".join(names),
        "only the first of all has down_revision = None; set it in the others",
    )


def circle(names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} revisions follow each other in a circle",
        ", ".join(names),
        "set down_revision of one of them to the head of the others",
    )


def out_of_order(newer: str, older: str) -> Finding:
    return Finding(
        f'"{newer}" follows "{older}" and is named as if it came before',
        "the order of the names is the order of history",
        "give the file a later time, then make sql",
    )


def models_differ(difference: "Difference") -> Finding:
    """Models are what is expected, revisions what is actual."""
    name = f'{difference.kind} "{difference.object}"'
    if difference.attribute:
        message = f"the revisions build another {name} than the models describe"
    elif difference.actual is None:
        message = f"the revisions do not build {name} of the models"
    else:
        message = f"the revisions build {name}, which the models do not have"
    return Finding(
        message,
        str(difference),
        'make revision m="…" brings the database to the models; or correct the models',
    )


def no_row_security(table: str, policies: int) -> Finding:
    return Finding(
        f'table "{table}" has no row-level security',
        f"it has {policies} policies, but they are not enabled"
        if policies
        else "whoever may read it sees the rows of every user",
        'describe its policies beside the models, or say why not: info={"row_security": "none: …"}',
    )


# The pages


def page_stale(name: str) -> Finding:
    return Finding(
        f'"{name}" is not what it is rendered from says',
        "the models, the revisions, the decisions or the errors have changed since",
        "run `make docs` and commit what it writes",
    )


def no_marker(name: str, marker: str) -> MigratorError:
    return MigratorError(
        f'"{name}" has no place for its generated part',
        hint=f"put <!-- {marker} --> and <!-- /{marker} --> where it belongs",
    )


# Adopting a database


class AdoptionBlocked(Refused):
    """Something has to be repaired before the database can be adopted; nothing was changed."""

    def __init__(self, findings: "Sequence[adopt.Finding]") -> None:
        self.findings = list(findings)
        blocking = sum(finding.level == "block" for finding in findings)
        super().__init__(
            f"the database cannot be adopted yet: {blocking} "
            + ("finding blocks" if blocking == 1 else "findings block"),
            hint="nothing was changed; repair what blocks and run `make adopt` again",
        )


def already_stamped(revision: str) -> Refused:
    return Refused(
        f"the database is already under revision control, at revision {revision}",
        hint="nothing was changed; `make upgrade` takes it to head",
    )


def nothing_to_adopt(tables: Sequence[str]) -> Refused:
    names = ", ".join(f'"{table}"' for table in tables)
    return Refused(
        "there is nothing to adopt: none of the first revision's tables is there",
        detail=f"looked for {names or 'no table: the first revision makes none'}",
        hint="nothing was changed; `make upgrade` builds a new database",
    )


def unknown_time_zone(zone: str) -> Refused:
    return Refused(
        f'the server knows no time zone "{zone}"',
        hint="nothing was changed; SELECT name FROM pg_timezone_names lists those that it knows, "
        "such as Asia/Karachi",
    )


def no_times_without_zone(zone: str) -> Refused:
    return Refused(
        f'no column is without a time zone, so "{zone}" would mean nothing',
        hint="nothing was changed; run it again without --legacy-timezone",
    )


def repairs_failed(messages: Sequence[str]) -> MigratorError:
    return MigratorError(
        "the repairs did not lead to the first revision",
        detail="; ".join(messages),
        hint="nothing was changed: all of it was rolled back",
    )


def no_revisions() -> MigratorError:
    return MigratorError("the project has no revisions", hint='write one: make revision m="…"')


# Operations of revisions


def other_build_too_long(table: str, pid: int, limit: float) -> GaveUp:
    return GaveUp(
        f'another session has been building an index on "{table}" for longer than {limit:g} s',
        detail=f"it is pid {pid}",
        hint="nothing of this revision was changed; run the same command again when that is done, "
        f"or end it: SELECT pg_terminate_backend({pid})",
    )


def index_of_another_table(name: str, table: str, owner: str) -> Refused:
    return Refused(
        f'index "{name}" belongs to {owner}, so that "{table}" cannot have one of that name',
        hint="nothing was changed; give one of the two another name",
    )


def duplicate_keys(
    name: str,
    table: str,
    key: Sequence[str],
    counts: tuple[int, int],
    examples: Sequence[tuple[Sequence[str], int]],
    search: str,
) -> Refused:
    """`counts` are keys and rows; `examples` are (values of a key as shown, its rows)."""
    keys, rows = counts
    most = [
        ", ".join(f"{name} {value}" for name, value in zip(key, values, strict=True))
        + f": {count} rows"
        for values, count in examples
    ]
    return Refused(
        f'unique index "{name}" cannot be built: "{table}" has {keys} '
        + ("key that occurs" if keys == 1 else "keys that occur")
        + f" more than once, in {rows} rows",
        detail="; ".join(most) or "they have been removed meanwhile",
        hint=f"nothing of the index is left; find them: {search}; "
        "to see values here: PGOPTIONS='-c migrator.show_values=on'",
    )


def irreversible(reason: str) -> Refused:
    return Refused(
        f"this revision cannot be undone: {reason}",
        hint="nothing was changed; a new revision can make good what this one did",
    )


def backfill_without_end(table: str, where: str) -> MigratorError:
    return MigratorError(
        f'the backfill of "{table}" leaves its own condition true: {where}',
        detail="a run after an interruption could not tell which rows are done",
        hint="nothing of this batch was changed; let the condition say what is still to be done, "
        "such as <column> IS NULL",
    )


def backfill_blocked(table: str, seconds: float, error: MigratorError) -> GaveUp:
    return GaveUp(
        f'the backfill of "{table}" has not got past locked rows for {seconds:.0f} s',
        detail=error.message,
        hint="the batches before are kept; end what holds the rows, or run the same command again: "
        "it goes on where it stopped",
    )


# Running revisions: locks, limits, interruption, the session


def _plain(table: str) -> str:
    return table.replace('"', "")


def waits(wait: "Wait") -> str:
    """What a line says while it waits."""
    return f'for "{_plain(wait.table)}", {wait}' if wait.table else str(wait)


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


# Before an upgrade


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
