"""Revisions that cannot be found or followed."""

from migrator.errors.base import MigratorError, Refused


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
        hint="make rebase puts your own on top of the other, and renders sql/ again",
    )


def too_many_heads(heads: list[str]) -> MigratorError:
    return Refused(
        f"the revisions have {len(heads)} heads, and one can be put on top of one other",
        detail=", ".join(sorted(heads)),
        hint="merge one branch after the other, and make rebase after each",
    )


def not_a_head(named: str, heads: list[str]) -> MigratorError:
    return Refused(
        f'"{named}" is none of the heads',
        detail=", ".join(sorted(heads)),
        hint="name the head of your own branch, or none",
    )


def both_shared(heads: list[str]) -> MigratorError:
    return Refused(
        "both branches are on the branch that everybody shares",
        detail=f"heads: {', '.join(sorted(heads))}",
        hint="name the one that no database has applied: make rebase OWN=<head>",
    )


def own_is_applied(revision: str, below: str) -> MigratorError:
    return Refused(
        f"this database has applied revision {revision}, and would never get what is put below it",
        hint=f"make downgrade TO={below}, then make rebase, then make upgrade",
    )


def nothing_to_squash(to: str) -> MigratorError:
    return Refused(
        f'there are no two revisions up to "{to}" that could be one',
        hint="`alembic history` lists them",
    )


def squash_differs(direction: str, found: list[str]) -> MigratorError:
    rest = f" and {len(found) - 4} more" if found[4:] else ""
    return MigratorError(
        f"one revision for all would differ from them after its {direction}",
        detail="; ".join(found[:4]) + rest,
        hint="no file was changed; squash up to a revision before what it cannot say",
    )


def no_down_revision(name: str) -> MigratorError:
    return MigratorError(
        f'"{name}" has no line that says which revision it follows',
        hint='it needs a line down_revision = "<id>"',
    )


def merge_revision(revision: str) -> MigratorError:
    return MigratorError(
        f"revision {revision} merges two branches, which one step cannot undo",
        hint="the history is linear by rule: give it one down_revision",
    )
