"""Addresses, and connections that cannot be made."""

from collections.abc import Sequence
from typing import Any

from migrator.errors.base import MigratorError


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


def from_connecting(
    error: BaseException | None, database: str, password: str | None
) -> MigratorError:
    """What to do about a connection that the driver could not make; `password` is blanked in it."""
    report = " ".join(str(error).split())
    if password:
        report = report.replace(password, "***")
    _, message, hint = next(known for known in _CONNECTING if known[0] in report)
    return MigratorError(message.format(database=database), detail=report, hint=hint)
