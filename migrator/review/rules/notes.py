"""What is no hazard by itself, and worth a look."""

from collections.abc import Iterator

from migrator.catalog import Catalog
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms.form import Part, form


def foreign_key_without_index(step: Step) -> Iterator[Hit]:
    for one in step.added:
        name, table = names.on(one.object)
        definition = one.actual or ""
        if one.kind != "table constraint" or not definition.startswith("FOREIGN KEY"):
            continue
        columns = names.columns(definition)
        if not _indexed(step.run.after, table, columns):
            listed = ", ".join(columns)
            yield Hit(
                f'foreign key "{names.unquoted(name)}" on "{names.plain(table)}" has no index that'
                f" begins with {listed}: each DELETE of a referred row reads the whole table",
                {"constraint": one.object, "columns": columns},
                form(
                    Part((f"CREATE INDEX CONCURRENTLY ON {table} ({listed})",), transaction=False)
                ),
            )


def _indexed(catalog: Catalog, table: str, columns: list[str]) -> bool:
    for (kind, identity), one in catalog.objects.items():
        definition = str(one.attributes.get("definition", ""))
        key = kind == "table constraint" and definition.startswith(("PRIMARY KEY", "UNIQUE"))
        owner = names.on(identity)[1] if key else names.indexed_table(definition)
        whole = key or (kind == "index" and " WHERE " not in definition)
        keys = definition.partition(" USING ")[2] if kind == "index" else definition
        if owner == table and whole and names.columns(keys)[: len(columns)] == columns:
            return True
    return False


def drop_not_null(step: Step) -> Iterator[Hit]:
    for one in step.changed("not null", "table column"):
        table = names.without_last(one.object)
        if one.actual == "no" and table in step.run.tables:
            yield Hit(
                f'allows NULL in "{names.plain(one.object)}": readers of the running release may'
                " not expect it",
                {"column": one.object},
            )


def drop_foreign_key(step: Step) -> Iterator[Hit]:
    for one in step.gone:
        name, table = names.on(one.object)
        definition = one.expected or ""
        foreign = one.kind == "table constraint" and definition.startswith("FOREIGN KEY")
        if foreign and any(lock.relation == table for lock in step.done.locks):
            yield Hit(
                f'drops foreign key "{names.unquoted(name)}" of "{names.plain(table)}": nothing'
                " keeps the rows together any more",
                {"constraint": one.object, "definition": definition},
            )


def trigger_disabled(step: Step) -> Iterator[Hit]:
    for one in step.changed("enabled", "trigger"):
        last = step.run.after.objects.get((one.kind, one.object))
        if one.actual == "disabled" and last and last.attributes.get("enabled") == "disabled":
            name, table = names.on(one.object)
            yield Hit(
                f'leaves trigger "{names.unquoted(name)}" of "{names.plain(table)}" disabled',
                {"trigger": one.object},
                form(Part((f"ALTER TABLE {table} ENABLE TRIGGER {name}",))),
            )


def json_column(step: Step) -> Iterator[Hit]:
    for table in step.tables_with_new_columns():
        for column, facts in step.new_columns(table).items():
            if facts.get("type") == "json":
                yield Hit(
                    f'adds "{names.plain(table)}.{names.unquoted(column)}" of type json, which'
                    " cannot be compared: DISTINCT, GROUP BY and UNION over it fail",
                    {"table": table, "column": column},
                    form(Part((f"ALTER TABLE {table} ADD COLUMN {column} jsonb",))),
                )


RULES = (
    Rule(
        id="foreign-key-without-index",
        title="Foreign key without an index",
        severity="note",
        condition=foreign_key_without_index,
        effect="Every DELETE (and change of key) in the referred table reads the whole referring"
        " one, and so does every join from there.",
        instead="An index that begins with the key's columns, built CONCURRENTLY.",
        looks_for="a new foreign key, and the indexes of its table when all is done",
        bad="ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
        good="CREATE INDEX CONCURRENTLY orders_user_ix ON orders (user_id);",
    ),
    Rule(
        id="drop-not-null",
        title="NULL allowed where it was not",
        severity="note",
        condition=drop_not_null,
        effect="Readers of the running release may meet a NULL that they do not expect.",
        instead="Deploy readers that expect it first.",
        looks_for="a column that may be NULL from now on",
        bad="ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;",
        good="-- after readers that expect NULL are deployed",
    ),
    Rule(
        id="drop-foreign-key",
        title="Foreign key dropped",
        severity="note",
        condition=drop_foreign_key,
        effect="Nothing keeps the rows of the two tables together any more; both are locked for a"
        " moment.",
        instead="Say in the revision what takes its place.",
        looks_for="a foreign key that is gone",
        bad="ALTER TABLE orders DROP CONSTRAINT orders_user_fk;",
        good="-- with a reason",
    ),
    Rule(
        id="trigger-disabled",
        title="Trigger left disabled",
        severity="note",
        condition=trigger_disabled,
        effect="What the trigger keeps in order is in nobody's hands.",
        instead="Enable it in the same transaction.",
        looks_for="a trigger that is disabled when all is done",
        bad="ALTER TABLE orders DISABLE TRIGGER orders_touch;",
        good="ALTER TABLE orders ENABLE TRIGGER orders_touch;",
    ),
    Rule(
        id="json-column",
        title="Column of type json",
        severity="note",
        condition=json_column,
        effect="json has no equality: DISTINCT, GROUP BY and UNION over the column fail.",
        instead="jsonb.",
        looks_for="a new column of type json",
        bad="ALTER TABLE orders ADD COLUMN extra json;",
        good="ALTER TABLE orders ADD COLUMN extra jsonb;",
    ),
)
