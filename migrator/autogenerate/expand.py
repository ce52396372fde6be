"""The additions of one schema to another, split into revisions that do not stop anybody.

Read backwards it is how to take things away.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from migrator.autogenerate import defaults
from migrator.autogenerate.hop import Backfill, Hop, Walk, same, without_security
from migrator.autogenerate.names import last, table_of, top
from migrator.catalog import Catalog, Object
from migrator.catalog.model import RELATIONS

# Not needed by any table, but perhaps in need of one.
_LATE = frozenset({"publication", "subscription", "event trigger", "default privileges"})
_ALONE = ("FOREIGN KEY", "UNIQUE", "PRIMARY KEY")
_REFERENCES = re.compile(r" REFERENCES (.+?)\((.+?)\)")
_COLUMNS = re.compile(r"\((.+?)\)")
VALIDATED = "validated"
_OF_BUILD = {"definition", VALIDATED, "enforced", "valid", "ready", "options", "tablespace"}


def expand(base: Catalog, target: Catalog) -> list[Hop]:
    """From `base` to `target`, which has all of `base` as it is there, and more."""
    return list(_Expansion(base, target).hops())


class _Expansion:
    def __init__(self, base: Catalog, target: Catalog) -> None:
        self._base = base
        self._target = target
        self._walk = Walk(base)
        self._groups: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for key, one in target.objects.items():
            if key not in base.objects:
                self._groups[top(target, key)].append(one)

    def hops(self) -> list[Hop]:
        new = [key for key in self._groups if key not in self._base.objects]
        relations = [key for key in new if key[0] in RELATIONS]
        others = sorted(key for key in new if key[0] not in RELATIONS)
        early = [key for key in others if not self._needs_tables(key)]
        self._walk.add(one for key in early for one in self._groups[key])
        for key in self._in_order([key for key in relations if key[0] == "table"]):
            self._create(self._groups[key])
        for key in sorted(self._groups.keys() - set(new)):
            self._extend(self._groups[key])
        for key in sorted(key for key in relations if key[0] != "table"):
            self._walk.add(self._groups[key])
        self._walk.add(one for key in others if key not in early for one in self._groups[key])
        self._secure()
        self._concurrently()
        self._keys()
        self._prove()
        for one in list(self._missing("PRIMARY KEY")):  # its columns are NOT NULL by now
            self._walk.add([_built(one)])
            self._walk.add([one])
        return self._walk.hops

    def _needs_tables(self, key: tuple[str, str]) -> bool:
        """A function in SQL is checked against the tables when it is made."""
        definition = str(self._target.objects[key].attributes.get("definition", ""))
        names = [last(name) for kind, name in self._groups if kind in RELATIONS]
        return key[0] in _LATE or (
            "LANGUAGE sql" in definition and any(name in definition for name in names)
        )

    def _create(self, group: list[Object]) -> None:
        """A new table, with all that nobody can be waiting for; its policies come apart."""
        self._walk.add(
            without_security(one)
            for one in group
            if one.kind != "policy" and not (_is_key(one) and not self._resolves(one, group))
        )

    def _extend(self, group: list[Object]) -> None:
        """What a table in use gets in one short transaction; a CHECK is promised only."""
        self._walk.add(
            _promised(without_security(one), group)
            for one in group
            if one.kind not in ("policy", "index") and _sort(one) not in _ALONE
        )

    def _secure(self) -> None:
        for key in sorted(self._groups):
            self._walk.add(
                self._secured(one) for one in self._groups[key] if self._is_unsecured(one)
            )

    def _is_unsecured(self, one: Object) -> bool:
        there = self._walk.at.objects.get(one.key)
        return one.kind == "policy" or (there is not None and without_security(one) != one)

    def _secured(self, one: Object) -> Object:
        there = self._walk.at.objects.get(one.key, one)
        return replace(one, attributes={**one.attributes, **there.attributes})

    def _missing(self, *sorts: str) -> Iterator[Object]:
        for key in sorted(self._groups):
            for one in sorted(self._groups[key], key=lambda one: one.key):
                if one.key not in self._walk.at.objects and (
                    one.kind in sorts or _sort(one) in sorts
                ):
                    yield one

    def _concurrently(self) -> None:
        by_table = defaultdict(list)
        for one in self._missing("index"):
            by_table[table_of(one)].append(one)
        for indexes in by_table.values():
            self._walk.add(map(_built, indexes))
        for one in list(self._missing("UNIQUE")):
            self._walk.add([_built(one)])

    def _keys(self) -> None:
        for one in list(self._missing("FOREIGN KEY")):
            self._walk.add([_unproved(one)])

    def _prove(self) -> None:
        """What was promised above, each in a revision of its own: it reads every row."""
        for key in sorted(self._groups):
            for wanted in sorted(self._groups[key], key=lambda one: one.key):
                now = self._walk.at.objects.get(wanted.key)
                if now is None or same(now, wanted):
                    continue
                default = wanted.attributes.get("default")
                table = table_of(wanted)
                if isinstance(default, str) and table and wanted.kind == "table column":
                    filled = Backfill(last(table), last(wanted.identity), default)
                    self._walk.add(backfill=filled)
                self._walk.add([wanted])

    def _in_order(self, tables: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Tables after those that their keys refer to; a circle is cut in the order of names."""
        waiting, done = sorted(tables), []
        while waiting:
            names = {identity for _, identity in waiting}
            ready = [
                key
                for key in waiting
                if not (_referred(self._groups[key]) - {key[1]}).intersection(names)
            ]
            done += ready or waiting[:1]
            waiting = [key for key in waiting if key not in done]
        return done

    def _resolves(self, key: Object, group: list[Object]) -> bool:
        """Whether what the key refers to is there when its table is created."""
        match = _REFERENCES.search(str(key.attributes["definition"]))
        if match is None:
            return True
        table, columns = match.groups()
        known = [*self._walk.at.objects.values(), *group]
        return any(
            table_of(one) == table
            and _sort(one) in ("UNIQUE", "PRIMARY KEY")
            and _same_columns(str(one.attributes["definition"]), columns)
            for one in known
        )


def _same_columns(definition: str, columns: str) -> bool:
    match = _COLUMNS.search(definition)
    return match is not None and set(match.group(1).split(", ")) == set(columns.split(", "))


def _referred(group: list[Object]) -> set[str]:
    matches = (
        _REFERENCES.search(str(one.attributes["definition"])) for one in group if _is_key(one)
    )
    return {match.group(1) for match in matches if match}


def _sort(one: Object) -> str | None:
    """The words that a constraint's definition begins with."""
    definition = str(one.attributes.get("definition", ""))
    if one.kind != "table constraint":
        return None
    return next((word for word in (*_ALONE, "CHECK") if definition.startswith(word)), "other")


def _is_key(one: Object) -> bool:
    return _sort(one) == "FOREIGN KEY"


def _built(one: Object) -> Object:
    """What a concurrent build makes; a comment on it, say, comes in a transaction of its own."""
    return replace(one, attributes={n: v for n, v in one.attributes.items() if n in _OF_BUILD})


def _unproved(one: Object) -> Object:
    if one.attributes.get("enforced") is False:
        return one
    return replace(one, attributes={**one.attributes, VALIDATED: False})


def _promised(one: Object, group: list[Object]) -> Object:
    """The object as it is added to a table with rows: nothing that would have to be read."""
    if _sort(one) == "CHECK":
        return _unproved(one)
    if one.kind == "table column" and one.attributes.get("not null") is True:
        numbered = any(two.kind == "sequence" and one.key in two.parents for two in group)
        if not (numbered or "identity" in one.attributes or defaults.for_old_rows(one)):
            return replace(one, attributes={**one.attributes, "not null": False})
    return one
