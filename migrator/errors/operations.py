"""Operations of revisions."""

from collections.abc import Sequence

from migrator.errors.base import MigratorError, Refused
from migrator.errors.database import GaveUp


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
