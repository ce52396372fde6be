"""What is gone: tables, columns, views, and whatever went with them."""

import re
from collections.abc import Iterator

from migrator.catalog import Difference
from migrator.review.finding import Severity
from migrator.review.rules import names
from migrator.review.rules.rule import Hit
from migrator.review.rules.step import Step
from migrator.review.safe_forms import removal as safe

_CASCADE = re.compile(r"\bCASCADE\b", re.IGNORECASE)

VIEWS = ("view", "materialized view")
# What takes others along stands before what is taken.
_RANKS = (
    "schema",
    "extension",
    "type",
    "domain",
    *names.ROUTINES,
    "sequence",
    "table",
    "foreign table",
    "table column",
    *VIEWS,
    "table constraint",
)


def _rank(one: Difference) -> int:
    return _RANKS.index(one.kind) if one.kind in _RANKS else len(_RANKS)


def dependents(step: Step) -> list[Difference]:
    """What went along with something else by CASCADE, by name or as a column's default."""
    if not _CASCADE.search(step.code) or not step.gone:
        return []
    highest = min(_rank(one) for one in step.gone)
    tops = [one for one in step.gone if _rank(one) == highest]
    named = [one for one in tops if names.mentions(step.code, _word(one))] or tops
    others = [one for one in step.gone if one not in named and not _part_of(one, named)]
    defaults = [
        one
        for one in step.changed("default", "table column")
        if one.actual is None and (one.kind, one.object) in step.run.before.objects
    ]
    return others + defaults


def _word(one: Difference) -> str:
    """The name by which a statement would call it."""
    if one.kind in names.ROUTINES:
        return names.last(one.object.partition("(")[0])
    return names.last(one.object)


def _part_of(one: Difference, tops: list[Difference]) -> bool:
    """Whether it is part of what was named: an index of its table, a table in its schema."""
    table = names.on(one.object)[1]
    if one.kind == "index":
        table = names.indexed_table(one.expected or "")
    for top in tops:
        owner = names.without_last(top.object) if top.kind == "table column" else top.object
        inside = top.kind == "schema" and (table or one.object).startswith(f"{top.object}.")
        if inside or (top.kind in ("table", "table column", *VIEWS) and table == owner):
            return True
    return False


def cascade(step: Step) -> Iterator[Hit]:
    lost = dependents(step)
    if lost:
        listed = ", ".join(f'{one.kind} "{names.plain(one.object)}"' for one in lost[:5])
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        yield Hit(
            f"CASCADE takes along what the statement does not name: {listed}{more}",
            {"dropped_too": [[one.kind, one.object] for one in lost]},
            safe.by_name(lost, step.seen.text),
        )


def drop_column(step: Step) -> Iterator[Hit]:
    along = dependents(step)
    for one in step.gone:
        table = names.without_last(one.object) if one.kind == "table column" else ""
        if table not in step.run.tables or one in along or _in_parent(step, one):
            continue
        if any(other.object == one.object for later in step.later for other in later.added):
            continue
        rows = step.run.rows_of(table)
        yield Hit(
            f'drops column "{names.plain(one.object)}" of {rows:,} rows; the running release still'
            " selects it",
            {"table": table, "column": names.last(one.object), "rows": rows},
            safe.column(table, names.last(one.object)),
            severity=_unless_empty(step, rows),
        )


def _in_parent(step: Step, column: Difference) -> bool:
    """Whether it is told for the partitioned table already."""
    root = step.run.root(names.without_last(column.object))
    return any(
        one.kind == "table column"
        and one.object == f"{root}.{names.last(column.object)}"
        and one.object != column.object
        for one in step.gone
    )


def _unless_empty(step: Step, rows: int) -> Severity | None:
    """Without rows nothing is lost; whether somebody looks there, the probes tell."""
    return None if rows or broken_here(step) else "note"


def broken_here(step: Step) -> bool:
    """Whether a statement of the running release fails from here on."""
    return any(one.broken_by == step.seen.index for one in step.run.seen.probes)


def drop_table(step: Step) -> Iterator[Hit]:
    along = dependents(step)
    schemas = [one.object for one in step.gone if one.kind == "schema"]
    lost = [one.object for one in step.gone if one.kind in ("table", "foreign table")]
    taken = {one.object for one in along}
    for table in dict.fromkeys([*lost, *step.done.replaced]):
        if table in taken or names.without_last(table) in schemas or table not in step.run.tables:
            continue
        rows = step.run.rows_of(table)
        yield Hit(
            f'drops "{names.plain(table)}" with {rows:,} rows; the running release still uses it',
            {"table": table, "rows": rows},
            safe.table(table),
            severity=_unless_empty(step, rows),
        )


def drop_schema(step: Step) -> Iterator[Hit]:
    for one in step.gone:
        tables = [t for t in step.run.tables if names.without_last(t) == one.object]
        if one.kind == "schema" and tables:
            rows = sum(step.run.seen.rows.get(table, 0) for table in tables)
            yield Hit(
                f'drops schema "{names.plain(one.object)}" with {len(tables)} tables and {rows:,}'
                " rows",
                {"schema": one.object, "tables": tables, "rows": rows},
                safe.tables(tables),
            )


def drop_view(step: Step) -> Iterator[Hit]:
    along = dependents(step)
    for one in step.gone:
        if one in along or one.kind not in (*VIEWS, *names.ROUTINES) or _comes_back(step, one):
            continue
        broken = broken_here(step)
        tried = bool(step.run.seen.probes) and not broken
        if one.kind in names.ROUTINES and (tried or not called(step, one)):
            continue
        yield Hit(
            f'drops {one.kind} "{names.plain(one.object)}", which the running release may use',
            {"kind": one.kind, "object": one.object},
            safe.replaced(one.kind, one.object, one.expected or ""),
            # Nobody knows who calls a routine, but for the statements that were tried.
            severity="note" if one.kind in names.ROUTINES and not broken else None,
        )


def called(step: Step, routine: Difference) -> bool:
    """Whether an application could call it: a trigger's function it cannot."""
    found = step.run.before.objects.get((routine.kind, routine.object))
    definition = str(found.attributes.get("definition", "")) if found else ""
    return " RETURNS trigger" not in definition and " RETURNS event_trigger" not in definition


def _comes_back(step: Step, one: Difference) -> bool:
    """Whether there is something of its name again when the transaction ends, and as much of it."""
    name = one.object.partition("(")[0]
    again = [
        other.object.partition("(")[0] == name
        for later in step.later
        for other in later.added
        if other.kind in ("table", *VIEWS, *names.ROUTINES)
    ]
    renamed = any(new.after == one.object for later in step.later for new in later.done.renamed)
    return (any(again) or renamed) and not missing_columns(step, one.object)


def missing_columns(step: Step, relation: str) -> list[str]:
    """The columns of a relation that are not there any more under its name."""

    def columns(objects: Iterator[tuple[str, str]]) -> set[str]:
        return {
            names.last(identity)
            for kind, identity in objects
            if kind.endswith(" column") and names.without_last(identity) == relation
        }

    return sorted(columns(iter(step.run.before.objects)) - columns(iter(step.run.after.objects)))
