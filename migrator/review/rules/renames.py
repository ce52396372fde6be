"""Other names: the running release goes on using the old ones."""

from collections.abc import Iterator

from migrator.review.observed import Renamed
from migrator.review.rules import names, removal
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import renames as safe

_RELATIONS = ("table", "view", "materialized view", "foreign table")


def _lasting(step: Step, *kinds: str) -> Iterator[Renamed]:
    """Renamings of what was there before, unless something has the old name when it is over."""
    for one in step.done.renamed:
        if one.kind in kinds and _was_there(step, one) and not _taken_again(step, one):
            yield one


def _was_there(step: Step, one: Renamed) -> bool:
    if one.kind == "enum label":
        type_, label = _label(one.before)
        found = step.run.before.objects.get(("type", type_))
        labels = found.attributes.get("labels", []) if found else []
        return isinstance(labels, list) and label in labels
    if one.kind == "table column":
        relation = names.without_last(one.before)
        known = any(
            (f"{kind} column", one.before) in step.run.before.objects for kind in _RELATIONS
        )
        return known and relation is not None
    return any((kind, one.before) in step.run.before.objects for kind in (*_RELATIONS, "schema"))


def _taken_again(step: Step, one: Renamed) -> bool:
    """Another relation, or column, that takes its place before the transaction ends."""
    these = (step, *step.later)
    added = any(new.object == one.before for later in these for new in later.added)
    renamed = any(new.after == one.before for later in these for new in later.done.renamed)
    if not (added or renamed):
        return False
    return one.kind == "table column" or not removal.missing_columns(step, one.before)


def rename_column(step: Step) -> Iterator[Hit]:
    told = set()
    for one in _lasting(step, "table column"):
        table, old, new = (
            names.without_last(one.before),
            names.last(one.before),
            names.last(one.after),
        )
        root = step.run.root(table)
        if old == new or (root, old) in told:
            continue
        told.add((root, old))
        yield Hit(
            f'renames column "{names.plain(one.before)}" to "{names.unquoted(new)}": the running'
            " release goes on using the old name",
            {"table": root, "before": names.unquoted(old), "after": names.unquoted(new)},
            safe.column(step.run.before, root, old, new) if root in step.run.tables else None,
        )


def rename_table(step: Step) -> Iterator[Hit]:
    for one in _lasting(step, *_RELATIONS):
        yield Hit(
            f'renames {one.kind} "{names.plain(one.before)}" to "{names.plain(one.after)}": the'
            " running release goes on using the old name",
            {"before": one.before, "after": one.after},
            safe.table(step.seen.text, one.before, one.after),
        )


def rename_schema(step: Step) -> Iterator[Hit]:
    for one in _lasting(step, "schema"):
        tables = [t for t in step.run.tables if names.without_last(t) == one.before]
        if tables:
            yield Hit(
                f'renames schema "{names.plain(one.before)}" of {len(tables)} tables to'
                f' "{names.plain(one.after)}": the running release goes on using the old name',
                {"before": one.before, "after": one.after, "tables": tables},
                safe.schema(step.seen.text, one.before, one.after, tables),
            )


def rename_label(step: Step) -> Iterator[Hit]:
    for one in _lasting(step, "enum label"):
        type_, label = _label(one.before)
        _, new = _label(one.after)
        yield Hit(
            f'renames label "{label}" of "{names.plain(type_)}" to "{new}": the running release'
            " goes on writing the old one",
            {"type": type_, "before": label, "after": new},
            safe.label(type_, new),
        )


def _label(identity: str) -> tuple[str, str]:
    """`public.stage.'new'` as type and label."""
    type_, _, label = identity.partition(".'")
    return type_, label.removesuffix("'").replace("''", "'")


RULES = (
    Rule(
        id="rename-column",
        title="Column renamed that the running release uses",
        severity="error",
        condition=rename_column,
        effect="Every statement of the running release that names the column fails from that"
        " moment on.",
        instead="Add a column, write both, move the readers, drop the old one.",
        looks_for="a column that kept its number and lost its name",
        bad="ALTER TABLE orders RENAME COLUMN note TO remark;",
        good="ALTER TABLE orders ADD COLUMN remark text;",
    ),
    Rule(
        id="rename-table",
        title="Table renamed or moved that the running release uses",
        severity="error",
        condition=rename_table,
        effect="Every statement of the running release that names the table fails from that moment"
        " on. SET SCHEMA does the same.",
        instead="A view with the old name in the same transaction, until no release uses it.",
        looks_for="a relation that kept its number and lost its name, and none with the old name"
        " when the transaction ends",
        bad="ALTER TABLE orders RENAME TO purchases;",
        good="BEGIN;\nALTER TABLE orders RENAME TO purchases;\n"
        "CREATE VIEW orders AS SELECT * FROM purchases;\nCOMMIT;",
    ),
    Rule(
        id="rename-schema",
        title="Schema renamed that the running release uses",
        severity="error",
        condition=rename_schema,
        effect="Every statement of the running release that names it fails from that moment on.",
        instead="A schema with the old name, holding views, until no release uses it.",
        looks_for="a schema that kept its number and lost its name",
        bad="ALTER SCHEMA crm RENAME TO sales;",
        good="CREATE SCHEMA sales;",
        covers=("rename-table",),
    ),
    Rule(
        id="rename-enum-value",
        title="Label of an enum renamed that the running release writes",
        severity="error",
        condition=rename_label,
        effect="The running release goes on writing the old label, and fails; what it reads it does"
        " not know.",
        instead="Add the new label, move the rows, leave the old one unused.",
        looks_for="a label that kept its number and lost its name",
        bad="ALTER TYPE stage RENAME VALUE 'done' TO 'finished';",
        good="ALTER TYPE stage ADD VALUE 'finished';",
        versions="10+",
    ),
)
