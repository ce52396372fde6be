"""docs/schema.md: the diagram out of the models, the dictionary out of the database's catalog."""

from collections.abc import Iterator

import sqlalchemy as sa

from docs._generate import erd, markdown
from docs._generate.markdown import code
from migrator.catalog import Catalog, Object, Value

INTRODUCTION = """\
What the database holds at head. The diagram comes from the models, everything below it from the
catalog of a database that `make upgrade` built. Why it is so: [ADRs](adr/README.md); why each index
exists: [indexes](indexes.md). The same as SQL: `sql/schema.sql`.

Better Auth owns `"user"`; nothing here creates, alters or drops it. Every time is stored with its
zone, and sessions are in UTC. Deleting a user deletes everything below."""

SECURITY = """\
## Row-level security

The owner of the tables is not subject to the policies. Any other role sees of each table what a
policy lets through, and without one nothing. `app.user_id` is set by `set_app_user` and ends with
the transaction; while it is not set it equals no `user_id`."""


def page(metadata: sa.MetaData, catalog: Catalog) -> str:
    """The whole page. `catalog` holds our tables and functions, without owners."""
    tables = [table for table in metadata.sorted_tables if not table.info.get("external")]
    return markdown.page(
        markdown.GENERATED,
        "# Schema",
        INTRODUCTION,
        erd.diagram(metadata),
        *(part for table in tables for part in _table(table, catalog)),
        SECURITY,
        "## Functions",
        *(_function(one) for one in _all(catalog, "function")),
    )


def _table(table: sa.Table, catalog: Catalog) -> Iterator[str]:
    whole = catalog.objects["table", f"public.{table.name}"]
    yield f"## {table.name}"
    yield _text(whole.attributes.get("comment"))
    yield _columns(table, catalog)
    yield _named("constraint", _of(catalog, "table constraint", table))
    yield _named("index", _of(catalog, "index", table))
    yield _statistics(_of(catalog, "statistics object", table))
    yield "Row-level security is on." if whole.attributes.get("row security") else "Any row."
    yield _policies(_of(catalog, "policy", table))
    yield _grants(catalog, table, whole)


def _columns(table: sa.Table, catalog: Catalog) -> str:
    """In the order of the models: a catalog records none."""
    order = {f"public.{table.name}.{column.name}": n for n, column in enumerate(table.columns)}
    found = _of(catalog, "table column", table)
    return markdown.table(
        ("column", "type", "null", "default", "meaning"),
        (
            (
                code(_short(one)),
                code(_text(one.attributes["type"])),
                "no" if one.attributes["not null"] else "yes",
                code(_text(one.attributes.get("default"))),
                _text(one.attributes.get("comment")),
            )
            for one in sorted(found, key=lambda one: order.get(one.identity, len(order)))
        ),
    )


def _named(what: str, objects: list[Object]) -> str:
    return markdown.table(
        (what, "definition"),
        ((code(_short(one)), code(_definition(one))) for one in objects),
    )


def _definition(one: Object) -> str:
    """PostgreSQL's own text; of an index what follows its table's name."""
    text = _text(one.attributes["definition"])
    if one.kind == "index":
        head, _, tail = text.partition(" USING ")
        text = ("unique " if head.startswith("CREATE UNIQUE") else "") + tail
    return text + ("" if one.attributes.get("validated", True) else " NOT VALID")


def _statistics(objects: list[Object]) -> str:
    rows = (
        (code(_short(one)), _text(one.attributes["kinds"]), code(_text(one.attributes["columns"])))
        for one in objects
    )
    return markdown.table(("statistics", "kinds", "columns"), rows)


def _policies(objects: list[Object]) -> str:
    """The commands of one role on the same rows in one line."""
    commands: dict[tuple[str, str], list[str]] = {}
    for one in objects:
        rows = {one.attributes.get("using"), one.attributes.get("with check")} - {None}
        key = _text(one.attributes["roles"]), " and ".join(sorted(_text(row) for row in rows))
        commands.setdefault(key, []).append(_text(one.attributes["command"]))
    return markdown.table(
        ("policies for", "command", "rows"),
        (
            (code(roles), ", ".join(several), code(rows))
            for (roles, rows), several in commands.items()
        ),
    )


def _grants(catalog: Catalog, table: sa.Table, whole: Object) -> str:
    columns = _of(catalog, "table column", table)
    sequences = [
        one
        for one in _all(catalog, "sequence")
        if set(one.parents) & {column.key for column in columns}
    ]
    rows = [
        (code(name.removeprefix("grants to ")), code(one.identity), _text(privileges))
        for one in (whole, *columns, *sequences)
        for name, privileges in sorted(one.attributes.items())
        if name.startswith("grants to ")
    ]
    return markdown.table(("granted to", "on", "privileges"), rows)


def _function(one: Object) -> str:
    granted = ", ".join(
        code(name.removeprefix("grants to "))
        for name in sorted(one.attributes)
        if name.startswith("grants to ")
    )
    return markdown.page(
        f"### {one.identity.removeprefix('public.').replace('pg_catalog.', '')}",
        _text(one.attributes.get("comment")),
        f"May be called by {granted}." if granted else "",
        markdown.fence("sql", _text(one.attributes["definition"])),
    )


def _of(catalog: Catalog, kind: str, table: sa.Table) -> list[Object]:
    return [one for one in _all(catalog, kind) if ("table", f"public.{table.name}") in one.parents]


def _all(catalog: Catalog, kind: str) -> list[Object]:
    return [one for key, one in sorted(catalog.objects.items()) if key[0] == kind]


def _short(one: Object) -> str:
    """`public.tasks.id` and `tasks_pkey on public.tasks` by their own name alone."""
    return one.identity.partition(" on ")[0].rpartition(".")[2]


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)
