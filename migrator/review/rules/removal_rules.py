"""The rules about what is gone."""

from migrator.review.rules import removal
from migrator.review.rules.rule import Rule

RULES = (
    Rule(
        id="drop-column",
        title="Column dropped that the running release uses",
        severity="error",
        condition=removal.drop_column,
        effect="The column's values are lost, and every SELECT and INSERT of the running release"
        " that names it fails.",
        instead="Deploy a release that does not use it, then drop it.",
        looks_for="a column of a table that was there before, gone, and the statements of the"
        " running release that fail",
        bad="ALTER TABLE tasks DROP COLUMN state;",
        good="ALTER TABLE tasks ALTER COLUMN state DROP NOT NULL;",
    ),
    Rule(
        id="drop-table",
        title="Table dropped that the running release uses",
        severity="error",
        condition=removal.drop_table,
        effect="The rows are lost, and every statement of the running release that uses it fails.",
        instead="Deploy a release that does not use it, rename it, wait, then drop it.",
        looks_for="a table that was there before, gone (or another one under its name), and its"
        " rows",
        bad="DROP TABLE orders;",
        good="ALTER TABLE orders RENAME TO orders_unused;",
    ),
    Rule(
        id="drop-schema",
        title="Schema dropped with its tables",
        severity="error",
        condition=removal.drop_schema,
        effect="Every table in it is lost with its rows.",
        instead="Drop the tables by name, after no release uses them.",
        looks_for="a schema that is gone, with tables that were there before",
        bad="DROP SCHEMA crm CASCADE;",
        good="DROP TABLE crm.leads;\nDROP SCHEMA crm;",
        covers=("drop-table", "cascade-drops-dependents", "drop-view"),
    ),
    Rule(
        id="drop-view",
        title="View or routine dropped that the running release uses",
        severity="error",
        condition=removal.drop_view,
        effect="Every statement of the running release that uses it fails.",
        instead="Drop and create it again in one transaction, or drop it after no release uses it.",
        looks_for="a view, function or procedure that is gone, and not there again when the"
        " transaction ends",
        bad="DROP VIEW open_tasks;",
        good="CREATE OR REPLACE VIEW open_tasks AS SELECT * FROM tasks WHERE NOT completed;",
    ),
    Rule(
        id="cascade-drops-dependents",
        title="CASCADE drops what the statement does not name",
        severity="error",
        condition=removal.cascade,
        effect="Views, foreign keys, defaults, even columns of other tables go along, and nobody"
        " reads of it in the migration.",
        instead="Drop the dependents by name, without CASCADE.",
        looks_for="the catalog before and after: objects that are gone beyond the one that was"
        " named",
        bad="DROP TYPE mood CASCADE;",
        good="ALTER TABLE people DROP COLUMN mood;\nDROP TYPE mood;",
    ),
)
