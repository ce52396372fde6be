"""Names as SQL writes them, taken out of the identities of a catalog."""

import re
from collections.abc import Iterable

from sqlalchemy.dialects import postgresql

from migrator.catalog import Key, Object

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
_PART = re.compile(r'"(?:[^"]|"")*"|[^".]+')

TABLES = ("table", "foreign table")
RELATIONS = (*TABLES, "view", "materialized view")
COLUMNS = tuple(f"{kind} column" for kind in RELATIONS)


def quote(name: str) -> str:
    """An identifier, quoted where it must be."""
    return str(_quote(name))


def role(name: str) -> str:
    """A role; PUBLIC is a word and no name."""
    return name if name == "PUBLIC" else quote(name)


def literal(text: str) -> str:
    """A text as a literal; E'' where it has a backslash, so that no setting matters."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def parts(identity: str) -> list[str]:
    """`public."My Table".a` as its quoted parts."""
    return _PART.findall(identity)


def last(identity: str) -> str:
    """The name without its schema, quoted as in the identity."""
    return parts(identity)[-1]


def schema(identity: str) -> str:
    return parts(identity)[0]


def plain(identity: str) -> str:
    """A quoted name without its quotes."""
    return identity[1:-1].replace('""', '"') if identity.startswith('"') else identity


def relation_of(one: Object) -> Key | None:
    """The table or view that an object hangs on directly."""
    return first(one.parents, RELATIONS)


def table_of(one: Object) -> str:
    """Its full name; only for what hangs on one."""
    relation = relation_of(one)
    if relation is None:
        raise LookupError(f"{one.kind} {one.identity} hangs on no table")
    return relation[1]


def own_name(one: Object) -> str:
    """The name of a column, or of what is called `name on table`, quoted."""
    table = table_of(one)
    if one.kind in COLUMNS:
        return one.identity.removeprefix(f"{table}.")
    return one.identity.removesuffix(f" on {table}")


def first(keys: Iterable[Key], kinds: Iterable[str]) -> Key | None:
    return next((key for key in keys if key[0] in kinds), None)


def listed(value: object) -> list[str]:
    """An attribute that is a list, or not set."""
    return list(value) if isinstance(value, list) else []


def text(value: object) -> str:
    """An attribute that is a text, or not set."""
    return value if isinstance(value, str) else ""
