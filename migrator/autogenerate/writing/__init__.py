"""A hop as the bodies of `upgrade` and `downgrade`: Alembic's operations, ours, and SQL."""

from collections.abc import Callable
from dataclasses import dataclass

from migrator.autogenerate.code import Code, call
from migrator.autogenerate.hop import Backfill, Hop
from migrator.autogenerate.names import PUBLIC, hanging_on, last, parts, table_of
from migrator.autogenerate.path import describe
from migrator.autogenerate.writing import columns, constraints, indexes, rest, security, tables
from migrator.autogenerate.writing.draft import ALTER, FILL, Draft, Facts
from migrator.catalog import Catalog, Key, Object
from migrator.ops import sql


@dataclass(frozen=True)
class _Writer:
    """How one kind of object is written."""

    add: Callable[[Draft, Object, str], None]
    drop: Callable[[Draft, Object, str], None]
    change: Callable[[Draft, Key, set[str], str], None]


_WRITERS = {
    "table": _Writer(tables.create, tables.drop, tables.change),
    "table column": _Writer(columns.add, columns.drop, columns.change),
    "table constraint": _Writer(constraints.add, constraints.drop, constraints.change),
    "index": _Writer(indexes.build, indexes.drop, indexes.change),
    "policy": _Writer(security.create, security.drop, security.change),
}
_CARRYING = ("table", "table column")

__all__ = ["Facts", "downgrade", "upgrade"]


def upgrade(hop: Hop, facts: Facts) -> list[Code]:
    """The lines of the upgrade; none when only the downgrade does something."""
    return _write(hop, facts, downgrade=False)


def downgrade(hop: Hop, facts: Facts) -> list[Code]:
    return _write(hop.reversed(), facts, downgrade=True)


def _write(hop: Hop, facts: Facts, *, downgrade: bool) -> list[Code]:
    draft = Draft(hop.before, hop.after, facts, downgrade=downgrade)
    done = describe(hop)
    if any(key[0] in _CARRYING for word, key, _ in done if word == "rename"):
        # A hop of its own, after which all is as it shall be.
        done = [one for one in done if one[0] == "rename"]
        draft.partial = dict(hop.after.objects)
    for word, key, names in done:
        if word == "rename":
            _rename(draft, hop.renamed[key], key)
        else:
            _one(draft, word, key, names)
    rest.write(draft)
    if hop.backfill and not hop.undoes:
        draft.write(FILL, _fill(hop.after, hop.backfill))
    return draft.lines


def _fill(catalog: Catalog, filled: Backfill) -> Code:
    """In the order of the primary key; `id` goes without saying."""
    constraints_of = hanging_on(catalog, f"{PUBLIC}.{filled.table}", "table constraint")
    definitions = (str(one.attributes["definition"]) for one in constraints_of)
    primary = [constraints.columns_of(d) for d in definitions if d.startswith("PRIMARY KEY")]
    key = primary[0] if primary and primary[0] != ["id"] else None
    values = {filled.column: filled.expression}
    where = f"{sql.name(filled.column)} IS NULL"
    return call("ops.backfill", filled.table, values, where=where, key=key)


def _rename(draft: Draft, before: Key, after: Key) -> None:
    """A table or a column takes all texts along that have its name in them."""
    old, new = last(before[1]), last(after[1])
    if after[0] == "table":
        draft.write(ALTER, call("op.rename_table", old, new))
    elif after[0] == "table column":
        table = parts(before[1])[-2]
        draft.write(ALTER, call("op.alter_column", table, old, new_column_name=new))
    else:
        module = indexes if after[0] == "index" else constraints
        module.rename(draft, before, after)


def _one(draft: Draft, word: str, key: Key, names: set[str]) -> None:
    one = (draft.after if word == "add" else draft.before).objects[key]
    identity = one.identity if one.kind == "table" else table_of(one)
    writer = _WRITERS.get(one.kind)
    if writer is None or identity is None or not _is_plain(draft, identity):
        return
    table = last(identity)
    if word == "add":
        writer.add(draft, one, table)
    elif word == "drop":
        writer.drop(draft, one, table)
    else:
        writer.change(draft, key, names, table)


def _is_plain(draft: Draft, identity: str) -> bool:
    """Whether it is a table whose name operations take: one in schema public."""
    key = ("table", identity)
    there = key in draft.before.objects or key in draft.after.objects
    return there and parts(identity)[0] == PUBLIC
