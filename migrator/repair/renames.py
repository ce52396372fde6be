"""Objects that only have another name: renamed rather than dropped and made."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from migrator.catalog import Catalog, Key, Object, Value
from migrator.repair import names
from migrator.repair.choice import relation_name

_ON_TABLE = frozenset({"table constraint", "trigger", "rule", "policy"})
_WORD = {
    "table": "TABLE",
    "foreign table": "FOREIGN TABLE",
    "view": "VIEW",
    "materialized view": "MATERIALIZED VIEW",
    "index": "INDEX",
    "sequence": "SEQUENCE",
    "type": "TYPE",
    "statistics object": "STATISTICS",
    "schema": "SCHEMA",
    "function": "FUNCTION",
    "procedure": "PROCEDURE",
    "publication": "PUBLICATION",
}
_NO_NAMES = frozenset({"comment", "owner", "type"})
# Each kind after those whose names are in its own.
_ORDER = (
    "schema", "type", "function", "procedure", "table", "foreign table", "view",
    "materialized view", "sequence", "table column", "index", "statistics object",
    "table constraint", "trigger", "rule", "policy", "publication",
)  # fmt: skip


@dataclass(frozen=True)
class Rename:
    """One renaming; `old` is the name at its moment, after those before it."""

    old: Key
    new: Key
    statements: tuple[str, ...]
    table: str | None
    note: str | None = None
    followers: Mapping[Key, Key] = field(default_factory=dict)
    """Indexes and sequences that go with a table into another schema."""


def likely_renames(wanted: Catalog, actual: Catalog) -> dict[Key, Key]:
    """What is missing and what is there instead, where both are the same but for the name."""
    found: dict[Key, Key] = {}
    current = actual
    for kind in _ORDER:
        missing = [
            o for key, o in wanted.objects.items() if key[0] == kind and key not in current.objects
        ]
        extra = [
            o for key, o in current.objects.items() if key[0] == kind and key not in wanted.objects
        ]
        pairs = _pairs(missing, extra, wanted, current)
        if pairs:
            found |= pairs
            current = renamed(current, pairs)[0]
    return found


def _pairs(
    missing: list[Object], extra: list[Object], wanted: Catalog, actual: Catalog
) -> dict[Key, Key]:
    """Those that have exactly one partner."""
    by_look: dict[object, tuple[list[Object], list[Object]]] = {}
    for at, (side, objects) in enumerate(((wanted, missing), (actual, extra))):
        for one in objects:
            look = _look(one, side)
            if look is not None:
                by_look.setdefault(look, ([], []))[at].append(one)
    taken = set(filter(None, map(relation_name, actual.objects.values())))
    return {
        new[0].key: old[0].key
        for old, new in by_look.values()
        if len(old) == len(new) == 1 and relation_name(old[0]) not in taken
    }


def _look(one: Object, side: Catalog) -> object | None:
    """All but the name, hashable; None for what is not to be recognised by it."""
    if one.kind == "schema":
        inside = frozenset(
            (key[0], key[1].removeprefix(f"{one.identity}."))
            for key in side.objects
            if key[1].startswith(f"{one.identity}.") and key[0] in _WORD
        )
        return inside or None
    if one.kind in names.TABLES:
        columns = frozenset(
            (key[1].removeprefix(one.identity), str(child.attributes.get("type")))
            for key, child in side.objects.items()
            if key[0] in names.COLUMNS and one.key in child.parents
        )
        return (columns, bool(one.attributes.get("partitioned by"))) if columns else None
    where: object = names.schema(one.identity)
    if one.kind in _ON_TABLE or one.kind in {"table column", "index"}:
        relation = names.relation_of(one)
        where = relation if relation is None or relation in side.objects else None
    if one.kind == "table column":
        return where, one.attributes.get("type"), _rank(one, side)
    name = _own(one)
    values = frozenset(
        (attribute, _without(value, name))
        for attribute, value in one.attributes.items()
        if attribute != "comment"
    )
    return where, values, _arguments(one)


def _rank(column: Object, side: Catalog) -> int:
    """Its place among the columns of its table."""
    relation = names.relation_of(column)
    positions = [
        int(names.text(one.details["position"]))
        for one in side.objects.values()
        if one.kind == column.kind and relation in one.parents
    ]
    return sorted(positions).index(int(names.text(column.details["position"])))


def _own(one: Object) -> str:
    if one.kind in _ON_TABLE or one.kind in names.COLUMNS:
        return names.own_name(one)
    return names.last(one.identity.partition("(")[0])


def _arguments(one: Object) -> str:
    return one.identity.partition("(")[2]


def _without(value: Value, name: str) -> object:
    if isinstance(value, list):
        return tuple(_without(one, name) for one in value)
    return _token(name).sub("?", value) if isinstance(value, str) else value


def _token(name: str) -> re.Pattern[str]:
    """A name as a word of its own."""
    return re.compile(rf"(?<![\w\"$]){re.escape(name)}(?![\w\"$])")


def renamed(actual: Catalog, renames: Mapping[Key, Key]) -> tuple[Catalog, list[Rename]]:
    """The catalog as PostgreSQL would show it afterwards, and the statements."""
    done: list[Rename] = []
    ordered = sorted(renames.items(), key=lambda pair: _ORDER.index(pair[0][0]))
    for before, new in ordered:
        old = before
        for earlier in done:
            old = _key(old, earlier)
        if old == new or old not in actual.objects:
            continue
        one = actual.objects[old]
        statements = tuple(_statements(one, new))
        rename = Rename(old, new, statements, _table(one), followers=_followers(old, new, actual))
        actual = Catalog.of(_after(other, rename) for other in actual.objects.values())
        done.append(rename)
    return actual, done


def _table(one: Object) -> str | None:
    if one.kind in names.TABLES:
        return one.identity
    relation = names.relation_of(one)
    return relation[1] if relation else None


def _statements(one: Object, new: Key) -> Iterator[str]:
    if one.kind in _ON_TABLE or one.kind == "table column":
        table, name = names.table_of(one), names.own_name(one)
        target = new[1].removesuffix(f" on {table}").removeprefix(f"{table}.")
        if one.kind == "table column":
            if not any(parent[0] == "table column" for parent in one.parents) and not (
                one.details.get("inherited")
            ):
                yield f"ALTER TABLE {table} RENAME COLUMN {name} TO {target}"
        elif one.kind == "table constraint":
            yield f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {target}"
        else:
            yield f"ALTER {one.kind.upper()} {name} ON {table} RENAME TO {target}"
        return
    word = _WORD[one.kind]
    here, there = one.identity.partition("(")[0], new[1].partition("(")[0]
    identity = one.identity
    if len(names.parts(here)) > 1 and names.schema(here) != names.schema(there):
        yield f"ALTER {word} {identity} SET SCHEMA {names.schema(there)}"
        identity = f"{names.schema(there)}.{identity.split('.', 1)[1]}"
    if names.last(here) != names.last(there):
        yield f"ALTER {word} {identity} RENAME TO {names.last(there)}"


def _followers(old: Key, new: Key, actual: Catalog) -> dict[Key, Key]:
    here, there = names.schema(old[1]), names.schema(new[1])
    if old[0] not in names.RELATIONS or here == there:
        return {}
    hanging = {old, *(key for key, one in actual.objects.items() if old in one.parents)}
    return {
        key: (key[0], there + key[1].removeprefix(here))
        for key, one in actual.objects.items()
        if key[0] in {"index", "sequence"} and not hanging.isdisjoint(one.parents)
    }


def _after(one: Object, rename: Rename) -> Object:
    key = _key(one.key, rename)
    return replace(
        one,
        identity=key[1],
        parents=tuple(_key(parent, rename) for parent in one.parents),
        needs=tuple(_key(need, rename) for need in one.needs),
        default_needs=tuple(_key(need, rename) for need in one.default_needs),
        attributes=_texts(one, one.attributes, rename),
        details=_texts(one, one.details, rename),
    )


def _key(key: Key, rename: Rename) -> Key:
    """The key of whatever bears the old name in its own."""
    (kind, old), new = rename.old, rename.new[1]
    identity = key[1]
    if key in rename.followers:
        return rename.followers[key]
    if key == rename.old:
        return kind, new
    if kind in names.RELATIONS:
        identity = _on_relation(key, old, new)
    elif kind == "schema":
        identity = re.sub(rf"(?<![\w\"$]){re.escape(old)}\.", f"{new}.", identity)
    elif kind == "type":
        identity = _token(old).sub(new, identity)
    return key[0], identity


def _on_relation(key: Key, old: str, new: str) -> str:
    kind, identity = key
    if kind in names.COLUMNS and identity.startswith(f"{old}."):
        return new + identity[len(old) :]
    return identity[: -len(old)] + new if identity.endswith(f" on {old}") else identity


def _texts(one: Object, values: Mapping[str, Value], rename: Rename) -> dict[str, Value]:
    """Texts with the new name, where they speak of the object."""
    kind, old = rename.old
    new = rename.new[1]
    if kind in {*names.RELATIONS, "type", "sequence"}:
        found = {name: _sub(_token(old), new, value) for name, value in values.items()}
        for follower, follows in rename.followers.items():
            pattern = _token(follower[1])
            found = {name: _sub(pattern, follows[1], value) for name, value in found.items()}
        return found
    if kind == "schema":
        pattern = re.compile(rf"(?<![\w\"$]){re.escape(old)}\.")
        return {name: _sub(pattern, f"{new}.", value) for name, value in values.items()}
    column = kind == "table column"
    if one.key != rename.old and not (column and _speaks_of(one, rename)):
        return dict(values)
    before = old.removeprefix(f"{rename.table}.").removesuffix(f" on {rename.table}")
    after = new.removeprefix(f"{rename.table}.").removesuffix(f" on {rename.table}")
    before, after = (names.last(text.partition("(")[0]) for text in (before, after))
    found = {
        name: value if name in _NO_NAMES else _sub(_token(before), after, value)
        for name, value in values.items()
    }
    if one.kind in {"view", "materialized view"}:
        twice = re.compile(rf"\b{re.escape(after)} AS {re.escape(after)}(?![\w\"])")
        found = {name: _sub(twice, after, value) for name, value in found.items()}
    return found


def _speaks_of(one: Object, rename: Rename) -> bool:
    return rename.old in one.needs or any(parent[1] == rename.table for parent in one.parents)


def _sub(pattern: re.Pattern[str], new: str, value: Value) -> Value:
    if isinstance(value, str):
        return pattern.sub(lambda _: new, value)
    return [pattern.sub(lambda _: new, one) for one in value] if isinstance(value, list) else value
