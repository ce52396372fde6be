"""The embedded PostgreSQL."""

from pathlib import Path

from migrator.errors.base import MigratorError

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
