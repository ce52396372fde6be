"""The way from one schema to another, hop by hop: what is new, what changes, what is gone."""

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import replace

from migrator.autogenerate.expand import VALIDATED, expand
from migrator.autogenerate.hop import Hop, Walk, is_security, same, with_attributes
from migrator.autogenerate.names import last, table_of, top
from migrator.catalog import Catalog, Key, Object
from migrator.catalog.model import RELATIONS

_PROVED = ("CHECK", "FOREIGN KEY")
_VIEWS = ("view", "materialized view")
_OF_TYPE = {"type", "collation", "generated"}
_INDEX_NAME = re.compile(r"^(CREATE (?:UNIQUE )?INDEX )\S+")


def path(actual: Catalog, wanted: Catalog) -> list[Hop]:
    """The revisions that bring `actual` to `wanted`, each safe to run under an application.

    First everything that is added, then what changes in place, then what is taken away.
    """
    hops = list(_renames(actual, wanted))
    start = hops[-1].after if hops else actual
    conflicts = set(_conflicts(start, wanted))
    added = {
        key: one
        for key, one in wanted.objects.items()
        if key not in start.objects and not _moves_along(wanted, key, start)
    }
    late = {key: added.pop(key) for key in conflicts & added.keys()}
    hops += expand(start, Catalog({**start.objects, **added}))
    both = hops[-1].after if hops else start
    hops += _changes(both, wanted)
    changed = hops[-1].after if hops else start
    base = Catalog({key: one for key, one in wanted.objects.items() if key not in late})
    hops += [hop.reversed() for hop in reversed(expand(base, changed))]
    return hops + expand(base, Catalog({**base.objects, **late}))


def _moves_along(catalog: Catalog, key: Key, other: Catalog) -> Key | None:
    """What both have and it comes and goes with: a view for a column, a column for a sequence."""
    above = top(catalog, key)
    if above[0] in _VIEWS and above in other.objects:
        return above
    parents = (parent for parent in catalog.objects[key].parents if key[0] == "sequence")
    return next((parent for parent in parents if parent in other.objects), None)


def _renames(actual: Catalog, wanted: Catalog) -> Iterator[Hop]:
    """Constraints and indexes that are the same but for their names."""
    walk = Walk(actual)
    new = [one for key, one in sorted(wanted.objects.items()) if key not in actual.objects]
    taken: set[Key] = set()
    for key, old in sorted(actual.objects.items()):
        if key in wanted.objects or old.kind not in ("table constraint", "index"):
            continue
        same = (one for one in new if one.key not in taken and _nameless(one) == _nameless(old))
        if twin := next(same, None):
            taken.add(twin.key)
            renamed = replace(old, identity=twin.identity, attributes=twin.attributes)
            walk.add([renamed], [key], {renamed.key: key})
    return iter(walk.hops)


def _nameless(one: Object) -> tuple[object, ...]:
    definition = _INDEX_NAME.sub(r"\1", str(one.attributes.get("definition", "")))
    rest = {name: value for name, value in one.attributes.items() if name != "definition"}
    return one.kind, table_of(one), definition, sorted(rest.items(), key=lambda item: item[0])


def _conflicts(actual: Catalog, wanted: Catalog) -> Iterator[Key]:
    """What can come only after something else is gone.

    A table has one primary key; a constraint's index has the constraint's name.
    """
    keyed = {table_of(one) for one in actual.objects.values() if _is_primary(one)}
    named = {_index_name(one) for one in actual.objects.values()} - {None}
    for key, one in wanted.objects.items():
        if key not in actual.objects and (
            (_is_primary(one) and table_of(one) in keyed) or _index_name(one) in named
        ):
            yield key


def _index_name(one: Object) -> str | None:
    """The name of the index that it is, or that stands behind it."""
    if one.kind == "index":
        return last(one.identity)
    keyed = ("UNIQUE", "PRIMARY KEY", "EXCLUDE")
    if str(one.attributes.get("definition", "")).startswith(keyed):
        return last(one.identity)
    return None


def _is_primary(one: Object) -> bool:
    return str(one.attributes.get("definition", "")).startswith("PRIMARY KEY")


def _changes(before: Catalog, wanted: Catalog) -> list[Hop]:
    walk = Walk(before)
    _together(walk, before, wanted)
    now = walk.at
    groups: dict[Key, list[Object]] = defaultdict(list)
    for key, one in sorted(wanted.objects.items()):
        if key in now.objects and not same(now.objects[key], one):
            groups[top(wanted, key)].append(one)
    for key, group in sorted(groups.items()):
        _in_place(walk, key, group)
    for group in groups.values():
        for one in group:
            _alone(walk, one)
    return walk.hops


def _together(walk: Walk, before: Catalog, wanted: Catalog) -> None:
    """A view with its columns, a column with the sequence that numbers it."""
    new: dict[Key, list[Object]] = defaultdict(list)
    gone: dict[Key, list[Key]] = defaultdict(list)
    for key, one in wanted.objects.items():
        if key not in before.objects and (whole := _moves_along(wanted, key, before)):
            new[whole].append(one)
        elif key[0] in _VIEWS and key in before.objects:
            new[key] = []
    for key in before.objects:
        if key not in wanted.objects and (whole := _moves_along(before, key, wanted)):
            gone[whole].append(key)
    for key in sorted(new.keys() | gone.keys()):
        if key[0] == "table column":
            _renumber(walk, wanted.objects[key], new[key], gone[key])
        else:
            members = (k for k in before.objects if top(before, k) == key)
            changed = [wanted.objects[k] for k in members if k in wanted.objects]
            walk.add([*changed, *new[key]], gone[key])


def _renumber(walk: Walk, column: Object, new: list[Object], gone: list[Key]) -> None:
    """A sequence goes before the type changes, and comes after."""
    plain = {name: value for name, value in column.attributes.items() if name != "default"}
    bare, now = replace(column, attributes=plain), walk.now(column.key)
    if gone:
        walk.add([with_attributes(now, bare, ("identity", "default"))], gone)
    if new:
        now = walk.now(column.key)
        if _OF_TYPE.intersection(_differing(now, column)):
            walk.add([with_attributes(now, bare, {*_OF_TYPE, "default"})])
        walk.add([with_attributes(walk.now(column.key), bare, ["not null"])])
        walk.add([column, *new])


def _in_place(walk: Walk, key: Key, group: list[Object]) -> None:
    """The short changes of a table together, then those of who may see it."""
    if key[0] not in RELATIONS:
        for one in group:
            walk.add([one])
        return
    names = {one.key: set(_differing(walk.now(one.key), one)) for one in group}
    for one in group:
        if names[one.key] & _OF_TYPE:
            names[one.key] -= {"default"}  # of the other type
    walk.add(
        with_attributes(
            walk.now(one.key),
            one,
            {name for name in names[one.key] if not (_is_alone(one, name) or is_security(name))},
        )
        for one in group
        if one.kind != "policy"
    )
    walk.add(
        one
        if one.kind == "policy"
        else with_attributes(walk.now(one.key), one, filter(is_security, names[one.key]))
        for one in group
    )


def _alone(walk: Walk, one: Object) -> None:
    """What of the object gets revisions of its own: it reads rows, or runs in no transaction."""
    if one.kind == "table column":
        now = walk.now(one.key)
        if _OF_TYPE.intersection(_differing(now, one)):
            walk.add([with_attributes(now, one, {*_OF_TYPE, "default"})])
    elif one.kind == "table constraint":
        _swap(walk, one)
    walk.add([one])


def _swap(walk: Walk, one: Object) -> None:
    """Another definition under the same name: the old one is let go of, the new one promised."""
    now = walk.now(one.key)
    names = ("definition", "enforced")
    if all(now.attributes.get(name) == one.attributes.get(name) for name in names):
        return
    if str(one.attributes["definition"]).startswith(_PROVED):
        if now.attributes.get("enforced") is not False:
            walk.add([replace(now, attributes={**now.attributes, VALIDATED: False})])
        promised = one.attributes.get("enforced") is False
        walk.add([replace(one, attributes={**one.attributes, VALIDATED: promised})])
    else:
        walk.add(gone=[one.key])


def _differing(one: Object, two: Object) -> Iterator[str]:
    for name in one.attributes.keys() | two.attributes.keys():
        if one.attributes.get(name) != two.attributes.get(name):
            yield name


def _is_alone(one: Object, attribute: str) -> bool:
    return (
        (one.kind == "table column" and attribute in {*_OF_TYPE, "not null"})
        or (one.kind == "table constraint" and attribute in ("definition", "enforced", VALIDATED))
        or (one.kind == "index" and attribute == "definition")
    )


def describe(hop: Hop) -> list[tuple[str, Key, set[str]]]:
    """What a hop does: "add", "drop", "rename" or "change", the object, and what of it.

    Columns come in their order, and go in the opposite one.
    """
    before, after = hop.before.objects, hop.after.objects
    fresh = after.keys() - before.keys() - hop.renamed.keys()
    gone = before.keys() - after.keys() - set(hop.renamed.values())
    found: list[tuple[str, Key, set[str]]] = [("rename", key, set()) for key in sorted(hop.renamed)]
    found += [("add", one.key, set()) for one in _tops(hop.after, fresh)]
    found += [("drop", one.key, set()) for one in reversed(_tops(hop.before, gone))]
    for key in sorted(before.keys() & after.keys()):
        if names := set(_differing(before[key], after[key])):
            found.append(("change", key, names))
    return found


def _tops(catalog: Catalog, keys: Set[Key]) -> list[Object]:
    """Those that hang on none of the others; a column that is computed after those it reads."""
    found = (catalog.objects[key] for key in keys)
    return sorted((one for one in found if keys.isdisjoint(one.parents)), key=_rank)


def _rank(one: Object) -> tuple[int, bool, int, Key]:
    kinds = (*RELATIONS, "table column")
    place = int(str(one.details.get("position", 0)))
    return one.kind not in kinds, "generated" in one.attributes, place, one.key
