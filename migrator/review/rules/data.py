"""Rows: written, deleted or lost by the table."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from migrator.preflight.modes import Mode
from migrator.review.observed import Lock, Observed, Rows
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import batches
from migrator.review.safe_forms.form import Form, Part, form

MOST = 1 / 3
"""The part of a table's rows from which on a statement counts as one that writes most of them."""


def touched(step: Step) -> dict[str, int]:
    """Tables of which many rows were written: rows in one transaction."""
    many, few = _counted(step.done, _written), _counted(step.small, _written)
    found = {}
    for table, count in many.items():
        root = step.run.root(table)
        rows, fewer = (
            max(each.get(table, 0), step.run.together(each, root)) for each in (many, few)
        )
        if count and step.run.large(rows, fewer):
            found[table] = count
    return found


def _counted(done: Observed | None, count: Callable[[Rows], int]) -> dict[str, int]:
    """Rows of each table, written in one transaction: a procedure may commit between batches."""
    if done is None:
        return {}
    times = max(done.transactions_written, 1)
    return {table: count(rows) // times for table, rows in done.written.items()}


def _most(step: Step, count: Callable[[Rows], int]) -> dict[str, int]:
    """Tables, there before, of which most rows were updated (or deleted) in one transaction.

    Of a partitioned table (or one with heirs) most rows of all its parts, or of some.
    """
    many, few = _counted(step.done, count), _counted(step.small, count)
    found = {
        table: rows
        for table, rows in many.items()
        if table in step.run.tables
        and step.run.large(rows, few.get(table, 0))
        and rows >= MOST * max(step.run.seen.rows.get(table, 0), 1)
    }
    for table in dict.fromkeys(step.run.root(one) for one in many if one in step.run.tables):
        rows, fewer = step.run.together(many, table), step.run.together(few, table)
        of_all = rows >= MOST * max(step.run.rows_of(table), 1)
        if rows > many.get(table, 0) and of_all and step.run.large(rows, fewer):
            family = step.run.family(table)
            found = {one: n for one, n in found.items() if one not in family} | {table: rows}
    return found


def _written(rows: Rows) -> int:
    return 0 if rows.truncated else rows.inserted + rows.updated + rows.deleted


def _updated(rows: Rows) -> int:
    return rows.updated


def _deleted(rows: Rows) -> int:
    return 0 if rows.truncated else rows.deleted


def unbatched_update(step: Step) -> Iterator[Hit]:
    updated = _most(step, _updated)
    if not updated or (_under_ddl(step) and locked_too(step, updated)):
        return
    tables = ", ".join(f'{n:,} rows of "{names.plain(t)}"' for t, n in updated.items())
    yield Hit(
        f"updates {tables} in one transaction: their writers wait until it ends, and every row"
        " leaves a dead one behind",
        {"rows_updated": updated, "wal_bytes": step.done.wal_bytes},
        _batches(step, updated),
    )


def _batches(step: Step, tables: Mapping[str, int]) -> Form:
    return batches.sliced(step.run.before, next(iter(tables)), step.seen.text)


def backfill_with_ddl(step: Step) -> Iterator[Hit]:
    updated, locks = _most(step, _updated), _under_ddl(step)
    if not updated or not locks:
        return
    tables = ", ".join(f'{n:,} rows of "{names.plain(t)}"' for t, n in updated.items())
    strongest = max(locks, key=lambda lock: lock.mode)
    waits = "nobody may even read it" if strongest.mode == Mode.ACCESS_EXCLUSIVE else "writers wait"
    ddl = tuple(one.seen.text for one in step.earlier)
    yield Hit(
        f'updates {tables} while a change of the schema keeps "{names.plain(strongest.relation)}"'
        f" locked ({strongest.mode}): {waits} until all of them are written",
        {
            "rows_updated": updated,
            "locks": {lock.relation: str(lock.mode) for lock in locks},
        },
        form(Part(ddl) if ddl else None, *_batches(step, updated).parts),
    )


def _under_ddl(step: Step) -> list[Lock]:
    """The strong locks of a transaction that has changed the schema."""
    changed = any(one.done.changes for one in (*step.earlier, step))
    locks = [*step.locks(Mode.SHARE_ROW_EXCLUSIVE), *step.held(Mode.SHARE_ROW_EXCLUSIVE)]
    return locks if changed else []


def locked_too(step: Step, updated: Iterable[str]) -> bool:
    """Whether the tables are themselves among the locked ones."""
    locked = {step.run.root(lock.relation) for lock in _under_ddl(step)}
    return all(step.run.root(table) in locked for table in updated)


def backfills(step: Step) -> bool:
    """Whether it fills the very tables that a change of the schema has locked."""
    updated = _most(step, _updated)
    return bool(updated and _under_ddl(step)) and locked_too(step, updated)


def mass_delete(step: Step) -> Iterator[Hit]:
    deleted = _most(step, _deleted)
    if not deleted:
        return
    tables = ", ".join(f'{n:,} rows of "{names.plain(t)}"' for t, n in deleted.items())
    yield Hit(
        f"deletes {tables} in one transaction",
        {"rows_deleted": deleted, "rows": {t: step.run.rows_of(t) for t in deleted}},
        _batches(step, deleted),
    )


def truncate(step: Step) -> Iterator[Hit]:
    lost = {
        table: rows.deleted
        for table, rows in step.done.written.items()
        if rows.truncated and table in step.run.tables and step.run.seen.rows.get(table)
    }
    if not lost:
        return
    tables = ", ".join(f'"{names.plain(t)}" ({n:,} rows)' for t, n in lost.items())
    yield Hit(
        f"empties {tables} under an ACCESS EXCLUSIVE lock",
        {"rows_lost": lost},
        form(
            Part(
                tuple(
                    f"DELETE FROM {t} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {t} LIMIT 1000))"
                    for t in lost
                ),
                when="after a backup; in batches, each in a transaction of its own",
            )
        ),
    )


RULES = (
    Rule(
        id="unbatched-update",
        title="Most rows of a table updated at once",
        severity="error",
        condition=unbatched_update,
        effect="Every row stays locked until the end, leaves a dead version behind, and goes"
        " through the WAL to every replica at once.",
        instead="Batches by key, each in a transaction of its own: ops.backfill.",
        looks_for="rows updated in one transaction: a third of the table or more, and growing with"
        " it",
        bad="UPDATE orders SET note = trim(note);",
        good="UPDATE orders SET note = trim(note) WHERE id BETWEEN 1 AND 1000;",
    ),
    Rule(
        id="backfill-with-ddl",
        title="Rows filled while the table is locked by a change of it",
        severity="error",
        condition=backfill_with_ddl,
        effect="The lock of the ALTER TABLE is held until the last row is written: nobody may use"
        " the table for as long as that takes.",
        instead="The column in one revision; its rows in another, in batches that commit.",
        looks_for="a third of a table's rows updated in a transaction that changed the schema and"
        " holds a strong lock",
        bad="BEGIN;\nALTER TABLE orders ADD COLUMN currency text;\n"
        "UPDATE orders SET currency = 'EUR';\nCOMMIT;",
        good="ALTER TABLE orders ADD COLUMN currency text;\nCOMMIT;\n"
        "UPDATE orders SET currency = 'EUR' WHERE id BETWEEN 1 AND 1000;",
    ),
    Rule(
        id="mass-delete",
        title="Most rows of a table deleted",
        severity="error",
        condition=mass_delete,
        effect="The rows are lost, those of tables that refer to them with ON DELETE CASCADE too,"
        " and all of them stay locked until the end.",
        instead="A backup or an archive table first; then batches, each in a transaction.",
        looks_for="rows deleted in one transaction, cascades included: a third of a table or more",
        bad="DELETE FROM orders;",
        good="DELETE FROM orders WHERE id BETWEEN 1 AND 1000;",
    ),
    Rule(
        id="truncate-data",
        title="Table emptied",
        severity="error",
        condition=truncate,
        effect="TRUNCATE loses every row, with CASCADE those of other tables too, under an ACCESS"
        " EXCLUSIVE lock.",
        instead="A backup, then DELETE in batches; a table nobody uses any more is dropped later.",
        looks_for="a table that had rows, and has another file without them",
        bad="TRUNCATE tickets;",
        good="DELETE FROM tickets WHERE id BETWEEN 1 AND 1000;",
    ),
)
