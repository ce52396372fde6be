"""Rows: written, deleted or lost by the table."""

from collections.abc import Iterable, Iterator, Mapping

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
    found = {
        table: _in_one(step.done, rows)
        for table, rows in step.done.written.items()
        if not rows.truncated and _many(step, table)
    }
    return {table: count for table, count in found.items() if count}


def _many(step: Step, table: str) -> bool:
    fewer = _in_one(step.small, step.small.written.get(table, Rows())) if step.small else 0
    return step.run.large(_in_one(step.done, step.done.written[table]), fewer)


def _in_one(done: Observed, rows: Rows) -> int:
    """Rows written in one transaction: a procedure may commit between batches."""
    return (rows.inserted + rows.updated + rows.deleted) // max(done.transactions_written, 1)


def _most(step: Step, what: str) -> dict[str, int]:
    """Tables, there before, of which most rows were updated (or deleted) in one transaction."""
    found = {}
    for table, rows in step.done.written.items():
        each = getattr(rows, what) // max(step.done.transactions_written, 1)
        small = step.small.written.get(table, Rows()) if step.small else Rows()
        fewer = getattr(small, what) // max(step.small.transactions_written, 1) if step.small else 0
        held = max(step.run.seen.rows.get(table, 0), 1)
        if table in step.run.tables and step.run.large(each, fewer) and each >= MOST * held:
            found[table] = each
    return found


def unbatched_update(step: Step) -> Iterator[Hit]:
    updated = _most(step, "updated")
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
    updated, locks = _most(step, "updated"), _under_ddl(step)
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
    updated = _most(step, "updated")
    return bool(updated and _under_ddl(step)) and locked_too(step, updated)


def mass_delete(step: Step) -> Iterator[Hit]:
    emptied = {t for t, rows in step.done.written.items() if rows.truncated}
    deleted = {t: n for t, n in _most(step, "deleted").items() if t not in emptied}
    if not deleted:
        return
    tables = ", ".join(f'{n:,} rows of "{names.plain(t)}"' for t, n in deleted.items())
    yield Hit(
        f"deletes {tables} in one transaction",
        {"rows_deleted": deleted, "rows": {t: step.run.seen.rows.get(t, 0) for t in deleted}},
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
