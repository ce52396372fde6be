"""The rules about tables that are copied."""

from migrator.review.rules import rewrites
from migrator.review.rules.rule import Rule

RULES = (
    Rule(
        id="column-type-rewrite",
        title="Change of type copies the table",
        severity="error",
        condition=rewrites.column_type,
        effect="A type that is stored in another way, or a USING, has the whole table copied and"
        " every index built anew under an ACCESS EXCLUSIVE lock.",
        instead="A new column that both releases write, filled in batches, which then takes the old"
        " one's place.",
        looks_for="a column with another type, and a table that has another file afterwards",
        bad="ALTER TABLE orders ALTER COLUMN id TYPE bigint;",
        good="ALTER TABLE orders ADD COLUMN id_new bigint;",
        covers=(
            "column-type-index-rebuild",
            "column-type-constraint-recheck",
            "check-scan-under-lock",
            "foreign-key-scan-under-lock",
            "not-null-scan-under-lock",
        ),
    ),
    Rule(
        id="column-type-index-rebuild",
        title="Change of type builds indexes anew",
        severity="error",
        condition=rewrites.index_rebuild,
        effect="The rows stay as they are, but the indexes on the column (timestamptz, citext,"
        " another collation) are built anew under an ACCESS EXCLUSIVE lock.",
        instead="Drop the indexes CONCURRENTLY, change the type, build them CONCURRENTLY.",
        looks_for="a column with another type or collation, and indexes with another file, while"
        " the table has the same",
        bad="ALTER TABLE users ALTER COLUMN mail TYPE citext;",
        good="DROP INDEX CONCURRENTLY users_mail_ix;\n"
        "ALTER TABLE users ALTER COLUMN mail TYPE citext;\n"
        "CREATE INDEX CONCURRENTLY users_mail_ix ON users (mail);",
        covers=("column-type-constraint-recheck", "reindex-blocks"),
    ),
    Rule(
        id="column-type-constraint-recheck",
        title="Change of type proves constraints again",
        severity="error",
        condition=rewrites.constraint_recheck,
        effect="A CHECK on the column is made anew on any change of type, and proved by reading all"
        " rows under an ACCESS EXCLUSIVE lock.",
        instead="Drop the CHECK, change the type, add it NOT VALID, VALIDATE later.",
        looks_for="a column with another type, and rows read under the lock",
        bad="ALTER TABLE orders ALTER COLUMN code TYPE text;  -- with a CHECK on code",
        good="ALTER TABLE orders DROP CONSTRAINT code_ok;\n"
        "ALTER TABLE orders ALTER COLUMN code TYPE text;\n"
        "ALTER TABLE orders ADD CONSTRAINT code_ok CHECK (code <> '') NOT VALID;",
        covers=("check-scan-under-lock", "foreign-key-scan-under-lock"),
    ),
    Rule(
        id="generated-expression-rewrite",
        title="Other expression computes every row anew",
        severity="error",
        condition=rewrites.generated_expression,
        effect="SET EXPRESSION on a stored generated column has the whole table copied under an"
        " ACCESS EXCLUSIVE lock.",
        instead="A new column, filled in batches; or compute it where it is read.",
        looks_for="another expression of a generated column, and a table that has another file",
        bad="ALTER TABLE orders ALTER COLUMN gross SET EXPRESSION AS (net * 3);",
        good="CREATE VIEW orders_gross AS SELECT *, net * 3 AS gross_3 FROM orders;",
        versions="17+",
    ),
    Rule(
        id="table-rewrite-command",
        title="VACUUM FULL or CLUSTER copies the table",
        severity="error",
        condition=rewrites.command,
        effect="VACUUM FULL and CLUSTER copy the whole table under an ACCESS EXCLUSIVE lock.",
        instead="pg_repack or pg_squeeze, which copy beside the application; or plain VACUUM.",
        looks_for="a table that has another file afterwards, and nothing in the catalog that tells"
        " why",
        bad="VACUUM FULL orders;",
        good="VACUUM orders;",
    ),
    Rule(
        id="storage-change-rewrite",
        title="Other place or kind of storage copies the relation",
        severity="error",
        condition=rewrites.storage,
        effect="SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD copy the whole"
        " relation under an ACCESS EXCLUSIVE lock.",
        instead="pg_repack, or a new table that takes the old one's place; for an index, a new one"
        " built CONCURRENTLY there.",
        looks_for="another tablespace, access method or persistence, and another file",
        bad="ALTER TABLE orders SET TABLESPACE fast;",
        good="CREATE INDEX CONCURRENTLY orders_code_ix2 ON orders (code) TABLESPACE fast;",
        versions="all (access method: 15+)",
        covers=("reindex-blocks",),
    ),
    Rule(
        id="matview-refresh-blocks-reads",
        title="Materialized view filled while readers wait",
        severity="error",
        condition=rewrites.refresh,
        effect="REFRESH MATERIALIZED VIEW holds an ACCESS EXCLUSIVE lock for as long as its query"
        " takes: nobody may read the view.",
        instead="REFRESH … CONCURRENTLY, which needs a unique index on the view.",
        looks_for="a materialized view that has another file, and an ACCESS EXCLUSIVE lock on it",
        bad="REFRESH MATERIALIZED VIEW totals;",
        good="REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
        covers=("reindex-blocks",),
    ),
)
