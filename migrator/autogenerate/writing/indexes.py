"""Indexes: plainly on a new table, concurrently on one that is in use."""

import re

from migrator.autogenerate.code import call, escaped, execute, full, text
from migrator.autogenerate.names import last, table_of
from migrator.autogenerate.writing.constraints import names
from migrator.autogenerate.writing.draft import ALTER, BUILD, CREATE, LOOSEN, Draft
from migrator.catalog import Key, Object
from migrator.ops import sql

_DEFINITION = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX .+? ON (?:ONLY )?\S+ USING (?P<method>\w+) \((?P<rest>.+)",
    re.DOTALL,
)
_WHERE = re.compile(r" WHERE \((?P<where>.+)\)$", re.DOTALL)
_INCLUDE = re.compile(r" INCLUDE \((?P<include>[^()]+)\)")
_WRITTEN = ("definition", "valid", "ready", "options", "tablespace")
_DEPTH = {"(": 1, ")": -1, "[": 1, "]": -1}


def create(draft: Draft, one: Object, table: str) -> None:
    """On a table that nobody knows yet."""
    if (read := _read(one)) is None:
        return
    columns, options = read
    if "postgresql_where" in options:
        options["postgresql_where"] = text(str(options["postgresql_where"]))
    keys = [column if column.isidentifier() else text(column) for column in columns]
    draft.write(CREATE, call("op.create_index", full(last(one.identity)), table, keys, **options))
    draft.made(one, {n: v for n, v in one.attributes.items() if n in _WRITTEN})


def build(draft: Draft, one: Object, table: str) -> None:
    """On a table in use; an index of that name and another definition is replaced."""
    if (read := _read(one)) is None:
        return
    columns, options = read
    name, keys = last(one.identity), list(map(escaped, columns))
    if "postgresql_where" in options:
        options["postgresql_where"] = escaped(str(options["postgresql_where"]))
    line = call("ops.create_index_concurrently", name, table, keys, **options)
    draft.write(BUILD, line)
    draft.made(one, {n: v for n, v in one.attributes.items() if n in _WRITTEN})


def drop(draft: Draft, one: Object, _table: str) -> None:
    draft.write(LOOSEN, call("ops.drop_index_concurrently", last(one.identity)))
    draft.gone(one.key)


def change(draft: Draft, key: Key, changed: set[str], table: str) -> None:
    if "definition" in changed:
        build(draft, draft.after.objects[key], table)


def rename(draft: Draft, before: Key, after: Key) -> None:
    old, new = sql.name(last(before[1])), sql.name(last(after[1]))
    draft.write(ALTER, execute(f"ALTER INDEX {old} RENAME TO {new}"))
    draft.partial.pop(before)
    draft.made(draft.after.objects[after])


def _read(one: Object) -> tuple[list[str], dict[str, object]] | None:
    """Columns and Alembic's options; None for a part of a partitioned index."""
    match = _DEFINITION.fullmatch(str(one.attributes["definition"]))
    if match is None or "part of" in one.attributes or table_of(one) is None:
        return None
    columns, rest = _columns(match["rest"])
    options: dict[str, object] = {"unique": True} if match["unique"] else {}
    if match["method"] != "btree":
        options["postgresql_using"] = match["method"]
    if found := _INCLUDE.match(rest):
        options["postgresql_include"] = names(found["include"])
    if " NULLS NOT DISTINCT" in rest.partition(" WHERE ")[0]:
        options["postgresql_nulls_not_distinct"] = True
    if found := _WHERE.search(rest):
        options["postgresql_where"] = found["where"]
    stored = one.attributes.get("options")
    if isinstance(stored, list):
        options["postgresql_with"] = dict(line.split("=", 1) for line in stored)
    if "tablespace" in one.attributes:
        options["postgresql_tablespace"] = one.attributes["tablespace"]
    return columns, options


def _columns(written: str) -> tuple[list[str], str]:
    """The elements up to the parenthesis that closes the list, and what comes after it."""
    found: list[str] = []
    current, depth, quote = "", 0, ""
    for at, letter in enumerate(written):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += _DEPTH.get(letter, 0)
            if depth < 0:
                return [*map(_plain, [*found, current])], written[at + 1 :]
            if letter == "," and depth == 0:
                found.append(current)
                current = ""
                continue
        current += letter
    return [*map(_plain, [*found, current])], ""


def _plain(element: str) -> str:
    """A column's name without quotes; an expression as it is."""
    element = element.strip()
    quoted = re.fullmatch(r'"((?:[^"]|"")*)"', element)
    return quoted[1].replace('""', '"') if quoted and quoted[1].isidentifier() else element
