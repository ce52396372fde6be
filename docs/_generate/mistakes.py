"""The table of docs/migrations.md that says what an error means: the words come from the tool."""

import psycopg
import sqlalchemy as sa
from psycopg import errors as postgres

from docs._generate import markdown
from migrator import errors
from migrator.blockers import Wait
from migrator.errors import MigratorError

_REVISION = "a95d82e6013f"
_HOST = "ep-cool-sun-123456-pooler.eu-central-1.aws.neon.tech"


def _database(error: psycopg.Error) -> MigratorError:
    """What the tool makes of an error that comes without a report of the server's."""
    return errors.from_database(sa.exc.DBAPIError("", None, error))


def _connecting(report: str) -> MigratorError:
    error = psycopg.OperationalError(report)
    return errors.from_connecting(error, '"todo" on db.example.com', None)


_LOCK = MigratorError("canceling statement due to lock timeout")

MISTAKES: tuple[tuple[MigratorError, str], ...] = (
    (
        errors.gave_up(_REVISION, 24, 0.25, 60, _LOCK, Wait("tasks"), "`make upgrade`"),
        "Something holds the table: a long transaction, an open psql, a backup.",
    ),
    (
        errors.migration_running(600, (8123, "migrator 0.1.0", "migrator", 640)),
        "Another deploy is at it. It waits for ten minutes before it says this.",
    ),
    (
        errors.unstamped(["tasks"]),
        "A Phase II database, or one that create_all or a dump built.",
    ),
    (
        errors.unknown_stamp("0123456789ab"),
        "The database is newer than this checkout, or belongs to another project.",
    ),
    (
        errors.several_heads(["e5d3907b1c46", "0123456789ab"]),
        "Two branches were merged, each with a revision of its own.",
    ),
    (errors.unknown_revision("headd"), "A typing mistake in the target."),
    (
        _database(postgres.InsufficientPrivilege("must be owner of table tasks")),
        "The role may not change the table. A superuser is not needed, its owner is.",
    ),
    (
        errors.pooled_host(_HOST, _HOST.replace("-pooler", "")),
        "Neon's pooled endpoint. The application may use it, a migration may not.",
    ),
    (errors.pooled_address('"todo" on pgbouncer:6432'), "PgBouncer or its like."),
    (errors.server_too_old("14.13", 15), "15, 16, 17 and 18 are supported."),
    (
        _connecting('FATAL:  password authentication failed for user "todo"'),
        "Wrong user or password.",
    ),
    (_connecting("connection refused"), "No server there, or a firewall."),
    (errors.url_not_readable(), "DATABASE_URL holds something else than an address."),
    (errors.env_file_bad_line(".env", 3), "A line that would have been skipped in silence."),
    (
        errors.stopped_at("SIGTERM", _REVISION, "7e30f1c4b95d"),
        "Ctrl-C, or the job was cancelled.",
    ),
)


def table() -> str:
    """Message, meaning, and what to do, of what goes wrong most."""
    return markdown.table(
        ("error", "meaning", "what to do"),
        ((_message(error), meaning, _hint(error)) for error, meaning in MISTAKES),
    )


def _message(error: MigratorError) -> str:
    return error.message.replace("|", "\\|")


def _hint(error: MigratorError) -> str:
    return (error.hint or "").replace("|", "\\|")
