"""Columns that are added: what fills them in the rows that are there."""

import re
from collections.abc import Callable, Iterable, Iterator

from migrator.catalog import Catalog
from migrator.preflight.modes import Mode
from migrator.review.rules import constraints, names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import columns as safe
from migrator.review.safe_forms.form import Form

Facts = dict[str, str]

_CAST = re.compile(r"::(?:[\w .]|\"[^\"]*\")+(?:\([\d,]+\))?(?:\[\])*")
_CALL = re.compile(r"[\w\"]\(")


def reason(step: Step, table: str, column: str, facts: Facts) -> str:
    """Why adding a column copies the table: the id of the rule, or nothing known."""
    if facts.get("generated", "").endswith(" stored"):
        return "add-column-stored-generated-rewrite"
    if "identity" in facts or _is_serial(step, f"{table}.{column}", facts.get("default", "")):
        return "add-column-sequence-rewrite"
    if _CALL.search(_CAST.sub("", facts.get("default", ""))):
        return "add-column-volatile-default-rewrite"
    if constrained(facts.get("type", ""), step.run.before, step.run.after):
        return "add-column-constrained-domain-rewrite"
    return ""


def _is_serial(step: Step, column: str, default: str) -> bool:
    """Whether the column owns the sequence that its default takes numbers from."""
    if not default.startswith("nextval("):
        return False
    sequence = default.partition("'")[2].partition("'")[0]
    made = step.run.after.objects.get(("sequence", sequence))
    if made is not None:
        return made.attributes.get("owned by") == column
    by_hand = any(one.object == sequence for before in step.earlier for one in before.added)
    return ("sequence", sequence) not in step.run.before.objects and not by_hand


def constrained(type_: str, *catalogs: Catalog) -> bool:
    """Whether a type is a domain that refuses some values, itself or one that it is based on."""
    name = type_.removesuffix("[]")
    for catalog in catalogs:
        domain = next(
            (o for kind in ("domain", "type") if (o := catalog.objects.get((kind, name)))), None
        )
        if domain is None or domain.attributes.get("sort") != "domain":
            continue
        rules = any(
            kind == "domain constraint" and names.on(identity)[1] == name
            for kind, identity in catalog.objects
        )
        based_on = str(domain.attributes.get("based on", ""))
        if rules or domain.attributes.get("not null") or constrained(based_on, *catalogs):
            return True
    return False


def _copying(rule: str, form: Callable[[str, str, Facts], Form]) -> Callable[[Step], Iterable[Hit]]:
    """Columns that have every row of their table written anew."""

    def condition(step: Step) -> Iterator[Hit]:
        for table in step.tables_with_new_columns():
            copied = step.copied(table)
            if not copied or any(step.run.root(table) == one for one in _above(step, table)):
                continue
            for column, facts in step.new_columns(table).items():
                if reason(step, table, column, facts) == rule:
                    yield _copy(step, table, column, facts, copied, form)

    return condition


def _above(step: Step, table: str) -> list[str]:
    """The partitioned table of which this partition got its column."""
    return [one for one in step.tables_with_new_columns() if one != table]


def _copy(
    step: Step,
    table: str,
    column: str,
    facts: Facts,
    copied: list[str],
    form: Callable[[str, str, Facts], Form],
) -> Hit:
    rows = step.run.rows_of(table)
    return Hit(
        f'adds "{names.plain(table)}.{names.unquoted(column)}" by copying all {rows:,} rows and'
        f" building every index anew under an ACCESS EXCLUSIVE lock",
        {
            "table": table,
            "column": column,
            "rewritten": copied,
            "rows": rows,
            "wal_bytes": step.done.wal_bytes,
        },
        form(table, column, facts | _of_domain(step, facts.get("type", ""))),
    )


def _of_domain(step: Step, type_: str) -> Facts:
    """Of a domain: what it is based on, and its rules about VALUE."""
    catalog = step.run.after if step.seen.failure is None else step.run.before
    domain = next((one for key, one in catalog.objects.items() if key[1] == type_), None)
    based_on = str(domain.attributes.get("based on", "")) if domain else ""
    if not based_on:
        return {}
    own = [
        str(one.attributes["definition"])[len("CHECK ") :]
        for (kind, identity), one in catalog.objects.items()
        if kind == "domain constraint" and names.on(identity)[1] == type_
    ]
    deeper = _of_domain(step, based_on)
    rules = [*own, *filter(None, [deeper.get("rules")])]
    return {"base": deeper.get("base", based_on), "rules": " AND ".join(rules)}


def inline_constraint(step: Step) -> Iterator[Hit]:
    """A column that comes with a constraint, for which all rows are read under the same lock."""
    scans = step.scans(Mode.SHARE)
    for one in step.added:
        name, table = names.on(one.object)
        columns = constraints.with_column(step, one) if one.kind == "table constraint" else []
        family = step.run.family(step.run.root(table))
        rows = sum(count for scanned, count in scans.items() if scanned in family)
        if not columns or table not in step.run.tables or not rows or step.copied(table):
            continue
        yield Hit(
            f'adds "{names.plain(table)}.{names.unquoted(columns[0])}" with constraint'
            f' "{names.unquoted(name)}": {rows:,} rows are read under'
            f" {names.a(step.mode(table))} lock",
            {
                "table": table,
                "column": columns[0],
                "constraint": one.object,
                "lock": str(step.mode(table)),
                "rows_read": scans,
            },
            safe.bare_first(
                table,
                columns[0],
                step.new_columns(table)[columns[0]],
                name,
                one.actual or "",
            ),
        )


def required_fails(step: Step) -> Iterator[Hit]:
    """A column without a value for the rows that are there, nor for those of the old release."""
    for table in step.tables_with_new_columns():
        for column, facts in step.new_columns(table).items():
            must = facts.get("not null") == "yes"
            if not must or any(name in facts for name in ("default", "identity", "generated")):
                continue
            failed = step.seen.failure is not None and step.seen.failure.sqlstate == "23502"
            rows = step.run.rows_of(table)
            told = f'"{names.plain(table)}.{names.unquoted(column)}"'
            fails = f"fails on the {rows:,} rows that are there"
            yield Hit(
                f"adds {told}, NOT NULL without a default: "
                + (fails if failed else "every INSERT of the running release fails"),
                {"table": table, "column": column, "rows": rows, "fails": failed},
                safe.required(table, column, facts),
            )


RULES = (
    Rule(
        id="add-column-volatile-default-rewrite",
        title="New column's default is computed for every row",
        severity="error",
        condition=_copying("add-column-volatile-default-rewrite", safe.default_later),
        effect="A default that may differ from row to row (random(), clock_timestamp(),"
        " gen_random_uuid(), nextval()) has the whole table copied under an ACCESS EXCLUSIVE lock.",
        instead="Add the column without it, SET DEFAULT for new rows, fill the old ones in"
        " batches.",
        looks_for="a new column with a default, and a table that has another file afterwards",
        bad="ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
        good="ALTER TABLE users ADD COLUMN token uuid;\n"
        "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();",
        versions="11+",
    ),
    Rule(
        id="add-column-stored-generated-rewrite",
        title="Stored generated column is computed for every row",
        severity="error",
        condition=_copying("add-column-stored-generated-rewrite", safe.generated),
        effect="A STORED generated column has the whole table copied under an ACCESS EXCLUSIVE"
        " lock.",
        instead="A VIRTUAL one (18), a view, or a plain column filled by a trigger and in batches.",
        looks_for="a new generated column, and a table that has another file afterwards",
        bad="ALTER TABLE orders ADD COLUMN gross int GENERATED ALWAYS AS (net * 2) STORED;",
        good="ALTER TABLE orders ADD COLUMN gross int GENERATED ALWAYS AS (net * 2) VIRTUAL;",
        versions="12+ (VIRTUAL: 18)",
        covers=("add-column-volatile-default-rewrite",),
    ),
    Rule(
        id="add-column-sequence-rewrite",
        title="serial or identity column numbers every row",
        severity="error",
        condition=_copying("add-column-sequence-rewrite", safe.sequence),
        effect="A serial or identity column gives every row a number, and has the whole table"
        " copied under an ACCESS EXCLUSIVE lock for it.",
        instead="Add a nullable column, a sequence as its default, and number the old rows in"
        " batches.",
        looks_for="a new column with a sequence of its own, and a table that has another file",
        bad="ALTER TABLE events ADD COLUMN seq bigserial;",
        good="CREATE SEQUENCE events_seq;\nALTER TABLE events ADD COLUMN seq bigint;\n"
        "ALTER TABLE events ALTER COLUMN seq SET DEFAULT nextval('events_seq');",
    ),
    Rule(
        id="add-column-constrained-domain-rewrite",
        title="Column of a domain with rules is checked in every row",
        severity="error",
        condition=_copying("add-column-constrained-domain-rewrite", safe.base_type),
        effect="A column of a domain that has a CHECK or NOT NULL has the whole table copied under"
        " an ACCESS EXCLUSIVE lock, even without a default.",
        instead="The domain's base type, with a CHECK of the table added NOT VALID.",
        looks_for="a new column whose type is a domain with rules, and a table that has another"
        " file",
        bad="ALTER TABLE tickets ADD COLUMN tier positive_int;",
        good="ALTER TABLE tickets ADD COLUMN tier integer;\n"
        "ALTER TABLE tickets ADD CONSTRAINT tier_ok CHECK (tier > 0) NOT VALID;",
    ),
    Rule(
        id="add-column-inline-constraint",
        title="New column brings a constraint that reads every row",
        severity="error",
        condition=inline_constraint,
        effect="A CHECK, UNIQUE, PRIMARY KEY or REFERENCES within ADD COLUMN is proved at once:"
        " all rows are read, or an index is built, under an ACCESS EXCLUSIVE lock.",
        instead="The bare column first; the constraint NOT VALID, or by an index built"
        " CONCURRENTLY.",
        looks_for="a new column and a new constraint about it in one statement, and rows read",
        bad="ALTER TABLE orders ADD COLUMN discount int DEFAULT 0 CHECK (discount >= 0);",
        good="ALTER TABLE orders ADD COLUMN discount int DEFAULT 0;\n"
        "ALTER TABLE orders ADD CONSTRAINT discount_ok CHECK (discount >= 0) NOT VALID;",
        covers=(
            "check-scan-under-lock",
            "foreign-key-scan-under-lock",
            "unique-constraint-builds-index",
            "primary-key-builds-index",
            "exclusion-constraint-builds-index",
        ),
    ),
    Rule(
        id="add-column-required-fails",
        title="New column is required, and nothing fills it",
        severity="error",
        condition=required_fails,
        effect="NOT NULL without a default fails as soon as the table has a row; without rows, the"
        " INSERTs of the running release fail.",
        instead="A default, or a nullable column, filled first and made NOT NULL later.",
        looks_for="a new column, NOT NULL, without default, identity or expression",
        bad="ALTER TABLE orders ADD COLUMN currency text NOT NULL;",
        good="ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';",
        covers=("fails-on-data", "old-writes-break"),
    ),
)
