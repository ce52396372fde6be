"""Tables: created with all that belongs to them, dropped, commented."""

from migrator.autogenerate.code import Code, call
from migrator.autogenerate.names import hanging_on, last
from migrator.autogenerate.writing import columns, constraints, indexes, security
from migrator.autogenerate.writing.draft import ALTER, CREATE, DROP, Draft
from migrator.catalog import Key, Object

_WRITTEN = ("access method", "comment", "owner", "grants to owner", "partitioned by")
_UNSAID = ("of type", "partition bound", "inherits", "unlogged", "tablespace")


def create(draft: Draft, table: Object, name: str) -> None:
    """Written as a whole or, when a column of it can be said in SQL alone, not at all."""
    if any(name in table.attributes for name in _UNSAID):
        return
    identity = table.identity
    keys = list(hanging_on(draft.after, identity, "table constraint"))
    primary = [one for one in keys if str(one.attributes["definition"]).startswith("PRIMARY")]
    alone = _only_column(primary[0]) if primary else None
    written: list[Code] = []
    members = _in_order(draft, identity)
    for column in members:
        line = columns.definition(draft, column, key=last(column.identity) == alone)
        if line is None:
            return
        written.append(line)
    said = [(one, constraints.in_table(draft, one)) for one in [*primary, *keys]]
    in_table = {one.key: line for one, line in said if line is not None}
    draft.write(
        CREATE,
        call(
            "op.create_table",
            name,
            *written,
            *in_table.values(),
            comment=table.attributes.get("comment"),
            postgresql_partition_by=table.attributes.get("partitioned by"),
        ),
    )
    draft.made(table, {n: v for n, v in table.attributes.items() if n in _WRITTEN})
    for column in members:
        columns.settle(draft, column)
    for key in in_table:
        draft.made(draft.after.objects[key], _usual(draft.after.objects[key]))
    for index in hanging_on(draft.after, identity, "index"):
        indexes.create(draft, index, name)


def drop(draft: Draft, table: Object, name: str) -> None:
    draft.lose(name)
    draft.write(DROP, call("op.drop_table", name))
    draft.gone(table.key)


def change(draft: Draft, key: Key, changed: set[str], name: str) -> None:
    security.flags(draft, key, changed, name)
    if "comment" not in changed:
        return
    comment = draft.after.objects[key].attributes.get("comment")
    if comment is None:
        draft.write(ALTER, call("op.drop_table_comment", name))
    else:
        draft.write(ALTER, call("op.create_table_comment", name, comment))
    draft.changed(key, ["comment"])


def _in_order(draft: Draft, table: str) -> list[Object]:
    found = hanging_on(draft.after, table, "table column")
    return sorted(found, key=lambda one: int(str(one.details["position"])))


def _only_column(primary: Object) -> str | None:
    named = constraints.columns_of(str(primary.attributes["definition"]))
    return named[0] if len(named) == 1 else None


def _usual(one: Object) -> dict[str, object]:
    return {n: one.attributes[n] for n in ("definition", "validated", "enforced")}
