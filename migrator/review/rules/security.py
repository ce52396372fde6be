"""Rows that are hidden, and tables that cannot be replicated any more."""

from collections.abc import Iterator

from migrator.catalog import Catalog, Difference
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms.form import Part, form


def rls_hides_rows(step: Step) -> Iterator[Hit]:
    enabled = [one.object for one in step.changed("row security", "table") if one.actual == "yes"]
    dropped = [names.on(one.object)[1] for one in step.gone if one.kind == "policy"]
    for table in dict.fromkeys([*enabled, *dropped]):
        if table not in step.run.tables or _policies(step, table) or not _secured(step, table):
            continue
        yield Hit(
            f'leaves "{names.plain(table)}" under row-level security without any policy: everybody'
            " but its owner sees no row, and can write none",
            {"table": table, "policies": 0},
            form(
                Part(
                    (
                        f"CREATE POLICY application ON {table} USING (true) WITH CHECK (true)",
                        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                    ),
                    when="the policy first, in the same transaction",
                )
            ),
        )


def _policies(step: Step, table: str) -> bool:
    """Whether the table has a policy when the transaction ends."""
    there = {i for kind, i in step.run.before.objects if kind == "policy"}
    for one in step.run.steps:
        if one.seen.transaction <= step.seen.transaction:
            there -= {gone.object for gone in one.done.changes if _is_policy(gone, gone.actual)}
            there |= {new.object for new in one.added if new.kind == "policy"}
    return any(names.on(identity)[1] == table for identity in there)


def _is_policy(one: Difference, actual: str | None) -> bool:
    return one.kind == "policy" and not one.attribute and actual is None


def _secured(step: Step, table: str) -> bool:
    found = step.run.before.objects.get((step.run.tables[table], table))
    secured = bool(found and found.attributes.get("row security"))
    for one in step.run.steps:
        if one.seen.transaction <= step.seen.transaction:
            for change in one.changed("row security", "table"):
                if change.object == table:
                    secured = change.actual == "yes"
    return secured


def replica_identity_lost(step: Step) -> Iterator[Hit]:
    for table in step.run.tables:
        names_it = any(
            names.on(one.object)[1] == table or one.object == table or _publishes(one)
            for one in step.done.changes
        )
        if names_it and _lost(step, table):
            yield Hit(
                f'"{names.plain(table)}" is published and has no replica identity any more: every'
                " UPDATE and DELETE fails",
                {"table": table, "publications": _publications(step.run.after, table)},
                form(
                    Part(
                        (f"ALTER TABLE {table} REPLICA IDENTITY FULL",),
                        when="or USING INDEX, of a unique one on columns that are NOT NULL; first",
                    )
                ),
            )


def _publishes(one: Difference) -> bool:
    return one.kind.startswith("publication")


def _lost(step: Step, table: str) -> bool:
    """Whether it could be updated before, and cannot after the transaction."""
    last = step.later[-1] if step.later else step
    if last is not step.run.steps[-1]:
        return False
    before, after = (_refuses(c, step.run.tables, table) for c in (step.run.before, step.run.after))
    causes = [s for s in step.run.steps if _identity_changes(s, table)]
    return after and not before and bool(causes) and causes[-1] is step


def _identity_changes(step: Step, table: str) -> bool:
    for one in step.done.changes:
        owner = names.on(one.object)[1]
        key = one.kind == "table constraint" and owner == table
        index = one.kind == "index" and names.indexed_table(one.expected or "") == table
        itself = one.object == table and one.attribute == "replica identity"
        if (not one.attribute and (key or index)) or itself or _publishes(one):
            return True
    return False


def _refuses(catalog: Catalog, tables: dict[str, str], table: str) -> bool:
    """Whether a published table has nothing to tell its rows by."""
    found = catalog.objects.get((tables[table], table))
    if found is None or "partitioned by" in found.attributes or not _publications(catalog, table):
        return False
    identity = found.attributes.get("replica identity", "default")
    if identity == "full":
        return False
    if identity == "using index":
        return not any(_is_identity(catalog, key, table) for key in catalog.objects)
    keyed = any(
        kind == "table constraint"
        and names.on(identity_)[1] == table
        and str(one.attributes.get("definition", "")).startswith("PRIMARY KEY")
        for (kind, identity_), one in catalog.objects.items()
    )
    return identity == "nothing" or not keyed


def _is_identity(catalog: Catalog, key: tuple[str, str], table: str) -> bool:
    attributes = catalog.objects[key].attributes
    if key[0] == "table constraint":
        return names.on(key[1])[1] == table and bool(attributes.get("index replica identity"))
    definition = str(attributes.get("definition", ""))
    return names.indexed_table(definition) == table and bool(attributes.get("replica identity"))


def _publications(catalog: Catalog, table: str) -> list[str]:
    """The publications of a table that send its updates or deletes."""
    found = []
    for (kind, identity), one in catalog.objects.items():
        listed = one.attributes.get("tables", [])
        operations = one.attributes.get("operations", [])
        if (
            kind != "publication"
            or not isinstance(listed, list)
            or not isinstance(operations, list)
        ):
            continue
        schemas = one.attributes.get("schemas", [])
        within = isinstance(schemas, list) and names.without_last(table) in schemas
        own = any(line == table or line.startswith((f"{table} ", f"{table}(")) for line in listed)
        if (one.attributes.get("all tables") or within or own) and {"update", "delete"} & set(
            operations
        ):
            found.append(identity)
    return found


RULES = (
    Rule(
        id="rls-hides-rows",
        title="Row-level security without a policy hides every row",
        severity="error",
        condition=rls_hides_rows,
        effect="Without a policy, everybody but the table's owner sees no row and can write none:"
        " no error, just an empty table.",
        instead="The policies first, in the same transaction.",
        looks_for="a table under row-level security that has no policy when the transaction ends",
        bad="ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;",
        good="CREATE POLICY own ON tasks USING (user_id = current_setting('app.user_id'));\n"
        "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;",
        versions="9.5+",
    ),
    Rule(
        id="replica-identity-lost",
        title="Published table loses its replica identity",
        severity="error",
        condition=replica_identity_lost,
        effect="A table in a publication that has nothing to tell its rows by refuses every UPDATE"
        " and DELETE.",
        instead="REPLICA IDENTITY USING INDEX (or FULL) before the key is dropped.",
        looks_for="a published table that had a key (or a replica identity), and has none",
        bad="ALTER TABLE orders DROP CONSTRAINT orders_pkey;",
        good="ALTER TABLE orders REPLICA IDENTITY FULL;\n"
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey;",
        versions="10+",
    ),
)
