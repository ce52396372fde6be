"""What `migrator drift` says."""

from pathlib import Path

from migrator.errors.base import MigratorError


def not_stamped(database: str) -> MigratorError:
    return MigratorError(
        f'"{database}" has no revision to be compared with',
        hint="make adopt, make upgrade, or say which one is meant: --revision head",
    )


def stamp_not_readable(database: str) -> MigratorError:
    return MigratorError(
        f'the revision of "{database}" cannot be read',
        detail="this role has no right to read Alembic's version table",
        hint="GRANT SELECT ON alembic_version TO <role>, or say the revision: --revision head",
    )


def stamp_not_of_project(revision: str) -> MigratorError:
    return MigratorError(
        f"revision {revision} is not among the revisions of this project",
        hint="check out the release that the database runs, or name another one: --revision",
    )


def snapshot_not_readable(path: Path, reason: str) -> MigratorError:
    return MigratorError(
        f'"{path}" is not a snapshot',
        detail=reason,
        hint=f"migrator drift --write-snapshot {path}",
    )


def other_snapshot(path: Path, has: str, wanted: str) -> MigratorError:
    return MigratorError(
        f'"{path}" is of revision {has}, and the database is at {wanted}',
        hint=f"migrator drift --revision {wanted} --write-snapshot {path}",
    )


def bad_entry(path: Path, number: int, reason: str) -> MigratorError:
    return MigratorError(
        f'entry {number} of "{path}" {reason}',
        hint='[[ignore]] with object = "index public.ix_mine" and reason = "…"',
    )


def not_toml(path: Path, reason: str) -> MigratorError:
    return MigratorError(f'"{path}" is not TOML', detail=reason)


def stale_entry(name: str, path: Path) -> str:
    return f'stale: "{path.name}" ignores {name}, which is no difference here'
