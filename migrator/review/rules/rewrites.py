"""Whole tables copied: by another type, another place, or a command that does just that."""

import re
from collections.abc import Iterator

from migrator.catalog import Difference
from migrator.preflight.modes import Mode
from migrator.review.rules import columns, indexes, names
from migrator.review.rules.rule import Hit
from migrator.review.rules.step import Step
from migrator.review.safe_forms import rewrites as safe

_STORED = ("unlogged", "tablespace", "access method", "index tablespace")
_TYPE = re.compile(r"\bALTER\b.*\bTYPE\b", re.IGNORECASE | re.DOTALL)


def retyped(step: Step) -> dict[str, list[Difference]]:
    """Table, at the top of its partitions -> its columns that have another type or collation."""
    found: dict[str, list[Difference]] = {}
    for attribute in ("type", "collation"):
        for one in step.changed(attribute, "table column"):
            table = names.without_last(one.object)
            # One that was dropped and added under its name is another column.
            if (
                table in step.run.tables
                and (one.expected or one.actual)
                and not _replaced(step, one)
            ):
                found.setdefault(table, []).append(one)
    tops = {
        table
        for table in found
        if step.run.root(table) not in found or step.run.root(table) == table
    }
    return {table: found[table] for table in found if table in tops}


def _replaced(step: Step, column: Difference) -> bool:
    return names.without_last(column.object) in step.done.replaced


def column_type(step: Step) -> Iterator[Hit]:
    changes = retyped(step)
    for table, found in changes.items():
        if step.copied(table):
            yield _type_hit(step, table, [names.last(one.object) for one in found], _types(found))
    if _same_type(step):
        for table in _unexplained(step):
            yield _type_hit(step, table, [], {})


def _same_type(step: Step) -> bool:
    """ALTER … TYPE … USING with the type that was there leaves no trace in the catalog."""
    return _TYPE.search(step.code) is not None


def _types(found: list[Difference]) -> dict[str, str]:
    return {
        names.last(one.object): f"{one.expected or 'default'} to {one.actual or 'default'}"
        for one in found
    }


def _type_hit(step: Step, table: str, changed: list[str], types: dict[str, str]) -> Hit:
    rows = step.run.rows_of(table)
    told = ", ".join(f"{names.unquoted(c)}: {how}" for c, how in types.items())
    return Hit(
        f'changes "{names.plain(table)}"' + (f" ({told})" if told else "") + f" by copying all"
        f" {rows:,} rows and building every index anew under an ACCESS EXCLUSIVE lock",
        {"table": table, "columns": types, "rows": rows, "wal_bytes": step.done.wal_bytes},
        safe.new_column(table, changed[0], types[changed[0]].rpartition(" to ")[2])
        if changed
        else None,
    )


def index_rebuild(step: Step) -> Iterator[Hit]:
    """The rows stay as they are, the indexes on the column do not."""
    for table, found in retyped(step).items():
        family = step.run.family(table)
        rebuilt = [one for one in step.done.rebuilt if indexes.table_of(step, one) in family]
        if rebuilt and not step.copied(table) and step.run.grows(table):
            rows, listed = (
                step.run.rows_of(table),
                ", ".join(f'"{names.plain(i)}"' for i in rebuilt),
            )
            yield Hit(
                f'changes a type of "{names.plain(table)}" and builds {listed} anew under an'
                f" ACCESS EXCLUSIVE lock ({rows:,} rows are read)",
                {"table": table, "columns": _types(found), "rebuilt": rebuilt, "rows": rows},
                safe.without_indexes(step.run.before, table, rebuilt, found),
            )


def constraint_recheck(step: Step) -> Iterator[Hit]:
    """Neither rows nor indexes are written, but a constraint on the column is proved again."""
    scans = step.scans(Mode.SHARE)
    for table, found in retyped(step).items():
        family = step.run.family(table)
        read = {one: count for one, count in scans.items() if one in family}
        rebuilt = any(indexes.table_of(step, one) in family for one in step.done.rebuilt)
        if read and not step.copied(table) and not rebuilt:
            rows = sum(read.values())
            yield Hit(
                f'changes a type of "{names.plain(table)}" and proves its constraints again by'
                f" reading {rows:,} rows under an ACCESS EXCLUSIVE lock",
                {"table": table, "columns": _types(found), "rows_read": read},
                safe.without_checks(step.run.before, table, found),
            )


def generated_expression(step: Step) -> Iterator[Hit]:
    for one in step.changed("generated", "table column"):
        table = names.without_last(one.object)
        if one.expected and one.actual and table in step.run.tables and step.copied(table):
            rows = step.run.rows_of(table)
            yield Hit(
                f'computes "{names.plain(one.object)}" anew by copying all {rows:,} rows under an'
                " ACCESS EXCLUSIVE lock",
                {"table": table, "column": names.last(one.object), "rows": rows},
                safe.new_generated(
                    table, names.last(one.object), _type_of(step, one.object), one.actual
                ),
            )


def _type_of(step: Step, column: str) -> str:
    found = step.run.before.objects.get(("table column", column))
    return str(found.attributes["type"]) if found else "text"


def storage(step: Step) -> Iterator[Hit]:
    """Another place, another access method, logged or not."""
    for name in _STORED:
        for one in step.changed(name):
            table = one.object if one.object in step.run.tables else ""
            copied = step.copied(table) if table else _moved_index(step, one)
            if copied:
                yield Hit(
                    f'copies "{names.plain(copied[0])}" to change its {name}: nobody may use it'
                    " until the copy is complete",
                    {"object": one.object, "attribute": name, "rewritten": copied},
                    safe.outside_tool(table or copied[0]),
                )


def _moved_index(step: Step, one: Difference) -> list[str]:
    """The index that was copied, when its table has many rows."""
    index = one.object if one.kind == "index" else indexes.index_of(one)
    table = indexes.table_of(step, index)
    return [index] if index in step.done.rebuilt and step.run.grows(table) else []


def command(step: Step) -> Iterator[Hit]:
    """VACUUM FULL and CLUSTER: tables copied for no change of the schema."""
    if _same_type(step):
        return
    for table in _unexplained(step):
        rows = step.run.rows_of(table)
        yield Hit(
            f'copies all {rows:,} rows of "{names.plain(table)}" under an ACCESS EXCLUSIVE lock',
            {"table": table, "rows": rows, "wal_bytes": step.done.wal_bytes},
            safe.outside_tool(table),
        )


def _unexplained(step: Step) -> Iterator[str]:
    """Copied tables with many rows of which nothing in the catalog tells why."""
    explained = set(retyped(step))
    for name in (*_STORED, "generated"):
        for one in step.changed(name):
            explained |= {one.object, names.without_last(one.object)}
    for table in step.tables_with_new_columns():
        new = step.new_columns(table).items()
        if any(columns.reason(step, table, column, facts) for column, facts in new):
            explained.add(table)
    for table in step.done.rewritten:
        matview = step.run.tables.get(table) == "materialized view"
        known = explained & {table, step.run.root(table)}
        if not matview and not known and step.run.grows(table):
            yield table


def refresh(step: Step) -> Iterator[Hit]:
    """A materialized view that is filled again while nobody may read it."""
    filled = {one.object for one in step.changed("populated", "materialized view")}
    for view in step.done.rewritten:
        taken = (step.mode(view) or 0) == Mode.ACCESS_EXCLUSIVE
        is_view = step.run.tables.get(view) == "materialized view"
        read = {one: count for one, count in step.done.read.items() if step.reads(one)}
        if is_view and taken and view not in filled and (read or step.run.grows(view)):
            yield Hit(
                f'fills "{names.plain(view)}" again under an ACCESS EXCLUSIVE lock: its readers'
                f" wait while {sum(read.values()):,} rows are read",
                {"view": view, "lock": "ACCESS EXCLUSIVE", "rows_read": read},
                safe.refresh(step.run.before, view),
            )
