"""Columns: of a new table, added, altered, dropped."""

from migrator.autogenerate import defaults, types
from migrator.autogenerate.code import Code, call, escaped, text
from migrator.autogenerate.names import inside, last, parts
from migrator.autogenerate.writing.draft import ALTER, DROP, EXTEND, LOOSEN, Draft
from migrator.catalog import Key, Object
from migrator.ops import sql

_WRITTEN = ("type", "not null", "default", "comment", "identity", "generated", "collation")
_READERS = {"view", "materialized view", "rule", "policy", "trigger"}
_SERIALS = {"integer": "2147483647", "bigint": "9223372036854775807", "smallint": "32767"}
_NUMBERS = {
    "start": "start",
    "increment": "increment",
    "minimum": "minvalue",
    "maximum": "maxvalue",
    "cache": "cache",
}


def definition(draft: Draft, column: Object, *, key: bool = False) -> Code | None:
    """`sa.Column(…)`; `key`: it alone is the primary key. None when only SQL can say it."""
    said = column.attributes
    type_ = types.of(draft.after, str(said["type"]), _text(said.get("collation")))
    numbered = sequence_of(draft, column)
    if type_ is None or (numbered and not _is_named_as_usual(numbered, column)):
        return None
    if numbered and "identity" not in said and _numbers(numbered):
        return None
    serial = numbered is not None and "identity" not in said
    if serial and not key:
        return None
    arguments: list[Code] = [type_]
    if "identity" in said:
        numbers = _numbers(numbered) if numbered else {}
        arguments.append(call("sa.Identity", always=said["identity"] == "always", **numbers))
    if "generated" in said:
        expression, _, kind = str(said["generated"]).rpartition(" ")
        arguments.append(
            call("sa.Computed", escaped(inside(expression)), persisted=kind == "stored")
        )
    counts = key and str(said["type"]) in _SERIALS and not serial and "identity" not in said
    return call(
        "sa.Column",
        last(column.identity),
        *arguments,
        autoincrement=False if counts else None,
        server_default=None if serial or "default" not in said else default(column),
        comment=said.get("comment"),
        nullable=not said["not null"],
    )


def default(column: Object) -> Code:
    """The default without the cast to the column's own type, which goes without saying."""
    written = str(column.attributes["default"])
    for suffix in (f"::{column.attributes['type']}", f"::{_base(str(column.attributes['type']))}"):
        if written.startswith("'") and written.endswith(suffix):
            return text(written.removesuffix(suffix))
    return text(written)


def sequence_of(draft: Draft, column: Object) -> Object | None:
    """The sequence that a serial or an identity column owns."""
    for one in draft.after.objects.values():
        if one.kind == "sequence" and column.key in one.parents:
            return one
    return None


def settle(draft: Draft, column: Object) -> None:
    """Note that it is there as `definition` says it."""
    draft.made(column, {n: v for n, v in column.attributes.items() if n in _WRITTEN})
    numbered = sequence_of(draft, column)
    if numbered:
        draft.made(numbered, {n: v for n, v in numbered.attributes.items() if _is_own(n)})


def add(draft: Draft, column: Object, table: str) -> None:
    """ADD COLUMN; a default that differs from row to row only for the rows to come."""
    written = definition(draft, column)
    if written is None:
        return
    name = last(column.identity)
    filled = str(column.attributes.get("default", ""))
    if filled and not defaults.is_constant(filled):
        bare = Object(
            column.kind,
            column.identity,
            {n: v for n, v in column.attributes.items() if n != "default"},
            column.parents,
        )
        if column.attributes["not null"] or (plain := definition(draft, bare)) is None:
            return
        change = call("op.alter_column", table, name, server_default=default(column))
        draft.write(EXTEND, call("op.add_column", table, plain), change)
    else:
        draft.write(EXTEND, call("op.add_column", table, written))
    settle(draft, column)


def drop(draft: Draft, column: Object, table: str) -> None:
    name = last(column.identity)
    if "generated" not in column.attributes:
        draft.lose(table, _holds(column))
    draft.write(DROP, call("op.drop_column", table, name))
    draft.gone(column.key)


def change(draft: Draft, key: Key, names: set[str], table: str) -> None:
    old, new = draft.before.objects[key], draft.after.objects[key]
    if "identity" in names:
        return  # with its sequence, and in an order of its own
    if names & {"type", "collation"} and "generated" not in names:
        if not _retype(draft, old, new, table):
            return
        names = names - {"default"}
    name = last(key[1])
    if "default" in names and "generated" not in names:
        value = default(new) if "default" in new.attributes else Code("None")
        draft.write(ALTER, call("op.alter_column", table, name, server_default=value))
        draft.changed(key, ["default"])
    if "comment" in names:
        given = new.attributes.get("comment", Code("None"))
        draft.write(ALTER, call("op.alter_column", table, name, comment=given))
        draft.changed(key, ["comment"])
    if "not null" in names:
        verb = "set" if new.attributes["not null"] else "drop"
        draft.write(ALTER if verb == "set" else LOOSEN, call(f"ops.{verb}_not_null", table, name))
        draft.changed(key, ["not null"])


def _retype(draft: Draft, old: Object, new: Object, table: str) -> bool:
    type_ = types.of(
        draft.after, str(new.attributes["type"]), _text(new.attributes.get("collation"))
    )
    if type_ is None or _is_read(draft, old.key):
        return False
    name = last(new.identity)
    before, after = str(old.attributes["type"]), str(new.attributes["type"])
    using = None if _converts(before, after) else f"{sql.name(name)}{_cast(before, after)}"
    moved = old.attributes.get("default") != new.attributes.get("default") or using
    if moved and "default" in old.attributes:
        draft.write(ALTER, call("op.alter_column", table, name, server_default=Code("None")))
    draft.write(ALTER, call("op.alter_column", table, name, type_=type_, postgresql_using=using))
    if moved and "default" in new.attributes:
        draft.write(ALTER, call("op.alter_column", table, name, server_default=default(new)))
    draft.changed(new.key, ["type", "collation", "default"])
    return True


def _is_read(draft: Draft, column: Key) -> bool:
    """Whether something that PostgreSQL does not convert along has to be made anew."""
    return any(
        column in one.needs
        for one in draft.before.objects.values()
        if one.kind in _READERS or "generated" in one.attributes
    )


def _cast(before: str, after: str) -> str:
    """Every type can be written as text and read from it; a few have casts that say more."""
    if {before, after} == {"boolean", "integer"} or before in ("text", "character varying"):
        return f"::{after}"
    return f"::text::{after}"


def _converts(before: str, after: str) -> bool:
    """Whether PostgreSQL converts by itself."""
    if _base(before) == _base(after):
        return True
    texts, numbers = (
        ("character varying", "text", "character"),
        (*("smallint", "integer", "bigint", "numeric", "real", "double precision"),),
    )
    for family in (texts, numbers):
        if _base(before) in family and _base(after) in family:
            return True
    return before.startswith("timestamp") and after.startswith("timestamp")


def _holds(column: Object) -> str:
    """The rows that would lose something."""
    name = sql.name(last(column.identity))
    written = column.attributes.get("default")
    if column.attributes["not null"] and isinstance(written, str) and defaults.is_constant(written):
        return f"{name} IS DISTINCT FROM {written}"
    return f"{name} IS NOT NULL"


def _is_named_as_usual(sequence: Object, column: Object) -> bool:
    table, name = parts(column.identity)[-2:]
    return (
        last(sequence.identity) == f"{table}_{name}_seq"
        and sequence.attributes["type"] == column.attributes["type"]
    )


def _numbers(sequence: Object) -> dict[str, object]:
    """What a sequence does otherwise than one that is not told anything."""
    said = sequence.attributes
    usual = {"start": "1", "increment": "1", "minimum": "1", "cache": "1"}
    usual["maximum"] = _SERIALS[str(said["type"])]
    found: dict[str, object] = {
        argument: int(str(said[name]))
        for name, argument in _NUMBERS.items()
        if said[name] != usual[name]
    }
    return found | ({"cycle": True} if said.get("cycle") else {})


def _is_own(attribute: str) -> bool:
    return attribute in (*_NUMBERS, "cycle", "type", "owned by", "owner", "grants to owner")


def _base(type_: str) -> str:
    return type_.partition("(")[0]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
