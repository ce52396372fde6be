"""Writing many rows a slice of the key at a time, each slice in a transaction of its own."""

import re

from migrator.catalog import Catalog
from migrator.review.rules import names
from migrator.review.safe_forms.form import Form, Part, form

_UPDATE = re.compile(r"UPDATE\s+(\S+)\s+SET\s+(.+?)(?:\s+WHERE\s+(.+))?$", re.I | re.S)
_DELETE = re.compile(r"DELETE\s+FROM\s+(\S+)(?:\s+WHERE\s+(.+))?$", re.I | re.S)
_ONE_VALUE = re.compile(r"(\w+)\s*=\s*([^,]+|[^,]*\([^()]*\))$", re.S)
_MORE = re.compile(r"\b(FROM|RETURNING|USING)\b", re.IGNORECASE)

_SLICE = "a thousand keys at a time, each in a transaction of its own, up to the last key"


def sliced(before: Catalog, table: str, statement: str) -> Form:
    """The same statement for a slice of the table's key, where it is a plain one."""
    key = _key(before, table)
    update, delete = _UPDATE.match(statement), _DELETE.match(statement)
    plain = key and not _MORE.search(statement.partition("FROM")[2] if delete else statement)
    if plain and update:
        call = _backfill(update, table, key)
        return _form(f"UPDATE {update[1]} SET {update[2]}", key, update[3], call)
    if plain and delete:
        return _form(f"DELETE FROM {delete[1]}", key, delete[2], ())
    return form(Part((statement,), when=f"made to take {_SLICE}"))


def _form(head: str, key: str, condition: str | None, call: tuple[str, ...]) -> Form:
    narrowed = f" AND ({condition})" if condition else ""
    return form(
        Part((f"{head} WHERE {key} > 0 AND {key} <= 1000{narrowed}",), ops=call, when=_SLICE)
    )


def _key(before: Catalog, table: str) -> str:
    """The column of the primary key, if it is one."""
    for (kind, identity), one in before.objects.items():
        definition = str(one.attributes.get("definition", ""))
        primary = kind == "table constraint" and definition.startswith("PRIMARY KEY")
        if primary and names.on(identity)[1] == table:
            columns = names.columns(definition)
            return columns[0] if len(columns) == 1 else ""
    return ""


def _backfill(update: re.Match[str], table: str, key: str) -> tuple[str, ...]:
    """The same by migrator.ops, which finds what is still to be done by the condition."""
    value = _ONE_VALUE.match(update[2])
    short = table.removeprefix("public.")
    if not value or "." in short:
        return ()
    column, expression = value[1], value[2].strip()
    still = f"{column} IS DISTINCT FROM {expression}"
    where = f"({update[3]}) AND {still}" if update[3] else still
    by = "" if key == "id" else f", key={key!r}"
    return (f"ops.backfill({short!r}, {{{column!r}: {expression!r}}}, where={where!r}{by})",)
