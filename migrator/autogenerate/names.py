"""Names as pg_identify_object writes them, taken apart."""

import re
from collections.abc import Iterator

from migrator.catalog import Catalog, Key, Object
from migrator.catalog.model import RELATIONS

PUBLIC = "public"
_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def parts(identity: str) -> tuple[str, ...]:
    """`public."user"."createdAt"` as ("public", "user", "createdAt")."""
    return tuple(
        quoted.replace('""', '"') if plain == "" else plain
        for quoted, plain in _PART.findall(identity)
    )


def last(identity: str) -> str:
    """The name of an object without its schema, or its table: "ck_a on public.t" is "ck_a"."""
    return parts(identity.rpartition(" on ")[0] or identity)[-1]


def bare(identity: str) -> str:
    """A name for a title: without schema public and without quotes."""
    return ".".join(parts(identity)).removeprefix(f"{PUBLIC}.")


def table_of(one: Object) -> str | None:
    """The identity of the table that the object hangs on directly."""
    return next((identity for kind, identity in one.parents if kind in RELATIONS), None)


def top(catalog: Catalog, key: Key) -> Key:
    """The object above all: a column's table, or itself."""
    while parents := [p for p in catalog.objects[key].parents if p in catalog.objects]:
        key = parents[0]
    return key


def hanging_on(catalog: Catalog, table: str, *kinds: str) -> Iterator[Object]:
    """What hangs directly on the table of this identity, in the order of names."""
    for _, one in sorted(catalog.objects.items()):
        if (not kinds or one.kind in kinds) and table_of(one) == table:
            yield one


def inside(expression: str) -> str:
    """An expression without the parentheses that PostgreSQL puts around it."""
    if not (expression.startswith("(") and expression.endswith(")")):
        return expression
    depth = 0
    for at, letter in enumerate(expression):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return expression[1:-1] if at == len(expression) - 1 else expression
    return expression
