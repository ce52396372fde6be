"""Which type becomes which, and at what price."""

import re

_LENGTH = re.compile(r"^(.*?)(?:\((\d+)\))?((?: with(?:out)? time zone)?)((?:\[\])*)$")
_TEXT = frozenset({"text", "character varying"})


def is_text(type_: str) -> bool:
    return _parts(type_)[0] in _TEXT and not type_.endswith("[]")


def comparable(one: str | None, other: str | None) -> bool:
    """Whether a key of one type may refer to the other, and both can be asked the same."""
    if one is None or other is None:
        return False
    return one == other or (is_text(one) and is_text(other))


def widens(actual: str, wanted: str) -> bool:
    """Whether every value is one of the wanted type as it stands: nothing is read or rewritten."""
    base, length, array = _parts(actual)
    wanted_base, wanted_length, wanted_array = _parts(wanted)
    if array != wanted_array:
        return False
    if {base, wanted_base} <= _TEXT or base == wanted_base:
        longer = bool(length and wanted_length and length <= wanted_length)
        return wanted_length is None or (longer and wanted_base in _TEXT)
    return False


def narrows(actual: str, wanted: str) -> int | None:
    """The length that values must fit for `wanted`, None when that is not the only question."""
    return _parts(wanted)[1] if is_text(actual) and is_text(wanted) else None


def conversion(table: str, column: str, actual: str, wanted: str, zone: str) -> list[str]:
    """Statements that convert a column whose values somebody has looked at."""
    if wanted == "text[]" and actual in {"json", "jsonb"}:
        return _from_json(table, column, actual)
    alter = f"ALTER TABLE {table} ALTER COLUMN {column}"
    return [
        f"{alter} DROP DEFAULT",
        f"{alter} TYPE {wanted} USING {_using(column, actual, wanted, zone)}",
    ]


def _using(column: str, actual: str, wanted: str, zone: str) -> str:
    if wanted.endswith("[]") and is_text(actual):
        return f"string_to_array({column}, ',')::{wanted}"
    if wanted == "timestamp with time zone" and (actual == "date" or "without" in actual):
        return f"{column}::timestamp AT TIME ZONE '{zone}'"
    if wanted == "timestamp with time zone" and actual in {"integer", "bigint"}:
        return f"to_timestamp({column})"
    return f"{column}::{wanted}"


def _from_json(table: str, column: str, actual: str) -> list[str]:
    # A conversion's expression must not hold a subquery, which this needs.
    elements = f"{actual}_array_elements_text({column})"
    return [
        f"ALTER TABLE {table} ADD COLUMN {column}_array text[]",
        f"UPDATE {table} SET {column}_array = ARRAY(SELECT {elements})",
        f"ALTER TABLE {table} DROP COLUMN {column}",
        f"ALTER TABLE {table} RENAME COLUMN {column}_array TO {column}",
    ]


def empty_value(type_: str) -> str | None:
    """A default that says "nothing" in this type, None where there is no such value."""
    base = _parts(type_)[0]
    if type_.endswith("[]"):
        return "'{}'"
    if base in _TEXT:
        return "''"
    if base in {"smallint", "integer", "bigint", "numeric", "real", "double precision"}:
        return "0"
    if base.startswith("timestamp") or base == "date":
        return "now()"
    return {"boolean": "false", "json": "'{}'", "jsonb": "'{}'"}.get(base)


def _parts(type_: str) -> tuple[str, int | None, str]:
    """Name, length or precision, and brackets: `character varying(20)[]` has all three."""
    found = _LENGTH.match(type_)
    assert found is not None  # noqa: S101  every part of the pattern may be empty
    name, length, zone, array = found.groups()
    return name + zone, int(length) if length else None, array
