"""Revisions that cannot be found or followed."""

from migrator.errors.base import MigratorError


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
