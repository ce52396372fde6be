"""Indexes: how they are built, rebuilt and dropped."""

import re
from collections.abc import Iterator

from migrator.catalog import Difference
from migrator.preflight.modes import Mode
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import indexes as safe
from migrator.review.safe_forms.form import Form

_CONCURRENTLY = re.compile(r"\bCONCURRENTLY\b", re.IGNORECASE)
_STORED_AS = ("tablespace", "index tablespace")


def _builds(step: Step) -> Iterator[tuple[Difference, str]]:
    """New indexes of tables that go on being read, not written, while they are built."""
    if _attached(step):
        return
    for index in step.added:
        table = names.indexed_table(index.actual or "") if index.kind == "index" else ""
        locked = _lock_of_build(step, table)
        family = step.run.family(table)
        if locked >= Mode.SHARE and any(step.reads(one) for one in family):
            yield index, table


def _lock_of_build(step: Step, table: str) -> Mode:
    """A procedure that commits has given it back before anybody could look."""
    seen = step.mode(table)
    if seen is None and step.seen.sampled and not _CONCURRENTLY.search(step.code):
        return Mode.SHARE
    return seen or Mode.ACCESS_SHARE


def _attached(step: Step) -> bool:
    """An index that is built because its table becomes a partition belongs to that."""
    return any(one.expected is None for one in step.changed("partition bound"))


def build_blocks_writes(step: Step) -> Iterator[Hit]:
    for index, table in _builds(step):
        if len(step.run.family(table)) == 1:
            yield _build(step, index, table, safe.concurrently(index.actual or ""))


def partitioned_build(step: Step) -> Iterator[Hit]:
    for index, table in _builds(step):
        partitions = [one for one in step.run.family(table) if one != table]
        if partitions:
            yield _build(step, index, table, safe.partitioned(index.actual or "", partitions))


def _build(step: Step, index: Difference, table: str, form: Form) -> Hit:
    rows, mode = step.run.rows_of(table), _lock_of_build(step, table)
    return Hit(
        f'builds index "{names.plain(index.object)}" while {names.a(mode)} lock on'
        f' "{names.plain(table)}" keeps its writers waiting ({rows:,} rows are read)',
        {"index": index.object, "table": table, "lock": str(mode), "rows": rows},
        form,
    )


def reindex(step: Step) -> Iterator[Hit]:
    for index in step.done.rebuilt:
        table = table_of(step, index)
        mode = step.mode(table) or 0
        if mode < Mode.SHARE or not step.run.grows(table) or _other_reason(step, index, table):
            continue
        rows = step.run.rows_of(table)
        yield Hit(
            f'rebuilds index "{names.plain(index)}" while {names.a(step.mode(table))} lock on'
            f' "{names.plain(table)}" keeps its writers waiting ({rows:,} rows are read)',
            {"index": index, "table": table, "lock": str(step.mode(table)), "rows": rows},
            safe.reindex(index),
        )


def _other_reason(step: Step, index: str, table: str) -> bool:
    """Whether its table was rewritten, or a change of column or place asked for the rebuilding."""
    family = step.run.family(step.run.root(table))
    retyped = (*step.changed("type", "table column"), *step.changed("collation", "table column"))
    moved = [one for name in _STORED_AS for one in step.changed(name)]
    return (
        table in step.done.rewritten
        or any(names.without_last(one.object) in family for one in retyped)
        or any(index in (one.object, index_of(one)) for one in moved)
    )


def index_of(one: Difference) -> str:
    """The index of a constraint, which has its name and its table's schema."""
    name, table = names.on(one.object)
    return f"{names.without_last(table)}.{name}" if table else ""


def table_of(step: Step, index: str) -> str:
    """The table of an index that was there before."""
    found = step.run.before.objects.get(("index", index))
    parents = found.parents if found else ()
    for kind, identity in parents:
        if kind != "index":
            return identity
    schema, name = names.without_last(index), names.last(index)
    for kind, identity in step.run.before.objects:
        if kind == "table constraint":
            constraint, table = names.on(identity)
            if constraint == name and names.without_last(table) == schema:
                return table
    return ""


def drop(step: Step) -> Iterator[Hit]:
    for index in step.gone:
        table = table_of(step, index.object) if index.kind == "index" else ""
        taken = any(
            lock.relation == table and lock.mode == Mode.ACCESS_EXCLUSIVE
            for lock in step.done.locks
        )
        kept = _went_along(step, index, table) or _became_constraint(step, index, table)
        if taken and step.run.grows(table) and not kept:
            yield Hit(
                f'drops index "{names.plain(index.object)}" under an ACCESS EXCLUSIVE lock on'
                f' "{names.plain(table)}": nobody may even read it until the transaction ends',
                {"index": index.object, "table": table, "lock": "ACCESS EXCLUSIVE"},
                safe.drop(index.object, partitioned=len(step.run.family(table)) > 1),
            )


def _went_along(step: Step, index: Difference, table: str) -> bool:
    """Whether its table, or a column that it has, was dropped."""
    return any(
        one.object == table
        or (
            one.kind == "table column"
            and names.without_last(one.object) == table
            and names.mentions(index.expected or "", names.last(one.object))
        )
        for one in step.gone
    )


def _became_constraint(step: Step, index: Difference, table: str) -> bool:
    """ADD CONSTRAINT … USING INDEX gives the constraint's name to the index."""
    name = names.last(index.object)
    return any(
        one.kind == "table constraint" and one.object == f"{name} on {table}" for one in step.added
    )


def invalid_left(step: Step) -> Iterator[Hit]:
    """Left by this statement, or hidden by its IF NOT EXISTS."""
    skipped = [words for state, words in step.seen.notices if state == "42P07"]
    before = _invalid_before(step)
    for index in step.seen.invalid:
        name = names.unquoted(names.last(index))
        hidden = any(f'"{name}"' in words for words in skipped)
        if (index in before and not hidden) or _is_partitioned(step, index):
            continue
        how = "takes invalid index" if hidden else "leaves invalid index"
        yield Hit(
            f'{how} "{names.plain(index)}"'
            + (" for a finished one (IF NOT EXISTS)" if hidden else " behind")
            + ": no query uses it, every write pays for it",
            {"index": index, "hidden_by_if_not_exists": hidden},
            safe.repair(index),
        )


def _invalid_before(step: Step) -> set[str]:
    at = step.run.steps.index(step)
    if at:
        return set(step.run.steps[at - 1].seen.invalid)
    found = set()
    for (kind, identity), one in step.run.before.objects.items():
        if kind == "index" and one.attributes.get("valid") is False:
            found.add(identity)
        if kind == "table constraint" and one.attributes.get("index invalid"):
            found.add(index_of(Difference(kind, identity, "", None, None)))
    return found


def _is_partitioned(step: Step, index: str) -> bool:
    """One on a partitioned table is invalid until every partition has its own, as it should be."""
    for catalog in (step.run.after, step.run.before):
        found = catalog.objects.get(("index", index))
        for kind, identity in found.parents if found else ():
            table = catalog.objects.get((kind, identity))
            if table and "partitioned by" in table.attributes:
                return True
    return False


RULES = (
    Rule(
        id="index-build-blocks-writes",
        title="Index built while writers wait",
        severity="error",
        condition=build_blocks_writes,
        effect="A plain CREATE INDEX reads the whole table under a SHARE lock: every INSERT,"
        " UPDATE and DELETE waits until the last row has been read.",
        instead="Build it CONCURRENTLY, outside a transaction, in a revision of its own.",
        looks_for="a new index on a table that was there before, a lock of SHARE or stronger on"
        " it, and as many rows read as it has",
        bad="CREATE INDEX tasks_due_ix ON tasks (due_date);",
        good="CREATE INDEX CONCURRENTLY tasks_due_ix ON tasks (due_date);",
    ),
    Rule(
        id="partitioned-index-build",
        title="Index built on all partitions at once",
        severity="error",
        condition=partitioned_build,
        effect="CREATE INDEX on a partitioned table locks the table and every partition against"
        " writing until all of them have been read; CONCURRENTLY is refused there.",
        instead="Make the index ON ONLY the parent, build one CONCURRENTLY on each partition and"
        " attach it.",
        looks_for="a new index on a partitioned table, locks of SHARE or stronger on it and on its"
        " partitions, and their rows read",
        bad="CREATE INDEX readings_val_ix ON readings (val);",
        good="CREATE INDEX readings_val_ix ON ONLY readings (val);\n"
        "CREATE INDEX CONCURRENTLY readings_2024_val_ix ON readings_2024 (val);\n"
        "ALTER INDEX readings_val_ix ATTACH PARTITION readings_2024_val_ix;",
        versions="11+",
        covers=("index-build-blocks-writes",),
    ),
    Rule(
        id="index-drop-locks-table",
        title="Index dropped under the strongest lock",
        severity="warning",
        condition=drop,
        effect="DROP INDEX is quick, but waits for every running query on the table, and all that"
        " come later wait behind it.",
        instead="DROP INDEX CONCURRENTLY, outside a transaction.",
        looks_for="an index that is gone while its table stays, and an ACCESS EXCLUSIVE lock on it",
        bad="DROP INDEX tasks_due_ix;",
        good="DROP INDEX CONCURRENTLY tasks_due_ix;",
    ),
    Rule(
        id="reindex-blocks",
        title="Index rebuilt while writers wait",
        severity="error",
        condition=reindex,
        effect="REINDEX reads the table under a SHARE lock, and locks the index against every query"
        " that the planner wants to use it for.",
        instead="REINDEX CONCURRENTLY, outside a transaction.",
        looks_for="an index with another file, and a lock of SHARE or stronger on its table",
        bad="REINDEX TABLE tasks;",
        good="REINDEX TABLE CONCURRENTLY tasks;",
        versions="12+",
    ),
    Rule(
        id="invalid-index-left",
        title="Invalid index left behind",
        severity="error",
        condition=invalid_left,
        effect="A CONCURRENTLY build that fails leaves an invalid index: no query uses it, every"
        " write pays for it, and IF NOT EXISTS takes it for the finished one.",
        instead="Drop what is invalid first, then build again, without IF NOT EXISTS.",
        looks_for="pg_index.indisvalid after the statement, and the notice that an index exists"
        " already",
        bad="CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_mail_ix ON users (mail);",
        good="DROP INDEX CONCURRENTLY IF EXISTS users_mail_ix;\n"
        "CREATE UNIQUE INDEX CONCURRENTLY users_mail_ix ON users (mail);",
    ),
)
