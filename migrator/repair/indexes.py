"""Indexes, built and dropped while the table is in use, and extended statistics."""

import re
from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, options, properties
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import ATTACHMENT, Sides, Work

_CREATE = re.compile(r"^CREATE (UNIQUE )?INDEX (.+?) ON (ONLY )?(.*)$", re.DOTALL)
_SETTINGS = ("statistics targets", "clustered", "replica identity", "comment")


class Index(Kind):
    word = "INDEX"
    in_place = frozenset(
        {
            "clustered",
            "options",
            "part of",
            "ready",
            "replica identity",
            "statistics targets",
            "tablespace",
            "valid",
        }
    )

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        if "part of" in changed and "part of" not in wanted.attributes:
            return not _attachment_changes(wanted, sides)
        return super().rebuilds(wanted, actual, changed, sides)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        relation = names.relation_of(one)
        partitioned = relation is not None and "partitioned by" in sides.wanted[relation].attributes
        concurrently = not (sides.is_new(relation) or partitioned)
        yield Work((_definition(one, concurrently),), "create", transactional=not concurrently)
        if "part of" in one.attributes and not _attachment_changes(one, sides):
            yield create(f"ALTER INDEX {one.attributes['part of']} ATTACH PARTITION {one.identity}")
        statements = settings_of_index(one.identity, names.table_of(one), one, "")
        if statements:
            yield create(*statements)

    def properties(self, one: Object, sides: Sides) -> Iterator[str]:
        yield from properties.depends(
            self.target(one), one.attributes.get(properties.DEPENDS), None
        )

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "part of" in changed and not _attachment_changes(wanted, sides):
            above = wanted.attributes["part of"]
            yield alter(f"ALTER INDEX {above} ATTACH PARTITION {wanted.identity}")
        table = names.table_of(wanted)
        yield from change_index(wanted.identity, table, wanted, actual, changed, "")

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        if "part of" in one.attributes:
            return  # with the index above it
        relation = names.relation_of(one)
        partitioned = relation is not None and "partitioned by" in sides.actual[relation].attributes
        if partitioned or relation in sides.gone:
            yield Work((f"DROP INDEX {one.identity}",), "drop")
        else:
            yield Work((f"DROP INDEX CONCURRENTLY {one.identity}",), "drop", transactional=False)


def _definition(one: Object, concurrently: bool) -> str:
    found = _CREATE.match(str(one.attributes["definition"]))
    if found is None:
        raise ValueError(f"not an index: {one.attributes['definition']}")
    unique, name, only, rest = found.groups()
    storage = options.storage(one.attributes.get("options"))
    if storage:
        rest, where, predicate = before_where(rest)
        rest = f"{rest} WITH ({storage}){where}{predicate}"
    space = names.text(one.attributes.get("tablespace"))
    if space:
        rest, where, predicate = before_where(rest)
        rest = f"{rest} TABLESPACE {names.quote(space)}{where}{predicate}"
    how = "CONCURRENTLY " if concurrently else ""
    return f"CREATE {unique or ''}INDEX {how}{name} ON {only or ''}{rest}"


def before_where(rest: str) -> tuple[str, str, str]:
    """The text before the predicate, ` WHERE ` and the predicate; each may hold the word."""
    depth, quoted = 0, ""
    for at, letter in enumerate(rest):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif depth == 0 and rest.startswith(" WHERE ", at):
            return rest[:at], " WHERE ", rest[at + 7 :]
    return rest, "", ""


def _attachment_changes(one: Object, sides: Sides) -> bool:
    place = (ATTACHMENT, names.table_of(one))
    return place in sides.made or place in sides.gone


def change_index(
    index: str, table: str, wanted: Object, actual: Object, changed: set[str], prefix: str
) -> Iterator[Work]:
    """Changes of an index itself; attributes of a constraint's index have a prefix."""

    def both(attribute: str) -> tuple[object, object]:
        name = prefix + attribute
        return wanted.attributes.get(name), actual.attributes.get(name)

    broken = {"valid", "ready"} if not prefix else {"invalid", "not ready"}
    if changed & broken and not (prefix and _is_invalid(wanted)):
        yield Work((f"REINDEX INDEX CONCURRENTLY {index}",), "alter", transactional=False)
    if "tablespace" in changed:
        space = names.quote(names.text(both("tablespace")[0]) or "pg_default")
        yield alter(f"ALTER INDEX {index} SET TABLESPACE {space}")
    if "options" in changed:
        new = wanted.attributes.get(f"{prefix}options")
        old = actual.attributes.get(f"{prefix}options")
        yield alter(*options.change_storage(f"ALTER INDEX {index}", new, old))
    if "statistics targets" in changed:
        new_targets, old_targets = (
            options.pairs(one.attributes.get(f"{prefix}statistics targets"))
            for one in (wanted, actual)
        )
        reset = {column: "-1" for column in old_targets if column not in new_targets}
        yield alter(
            *(
                f"ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}"
                for column, target in (reset | new_targets).items()
                if old_targets.get(column) != target
            )
        )
    if "clustered" in changed:
        if both("clustered")[0]:
            yield alter(f"ALTER TABLE {table} CLUSTER ON {names.last(index)}")
        else:
            yield alter(f"ALTER TABLE {table} SET WITHOUT CLUSTER")
    if "replica identity" in changed and both("replica identity")[0]:
        yield alter(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {names.last(index)}")
    if "comment" in changed and prefix:
        yield alter(comment_on_index(index, wanted.attributes.get(f"{prefix}comment")))


def _is_invalid(wanted: Object) -> bool:
    return bool(wanted.attributes.get("index invalid"))


def comment_on_index(index: str, text: object) -> str:
    said = names.literal(text) if isinstance(text, str) else "NULL"
    return f"COMMENT ON INDEX {index} IS {said}"


def settings_of_index(index: str, table: str, one: Object, prefix: str) -> list[str]:
    """What CREATE INDEX does not say, and storage of a constraint's index after USING INDEX."""
    statements = []
    for attribute in _SETTINGS:
        value = one.attributes.get(prefix + attribute)
        if not value:
            continue
        if attribute == "statistics targets":
            statements += [
                f"ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}"
                for column, target in options.pairs(value).items()
            ]
        elif attribute == "clustered":
            statements.append(f"ALTER TABLE {table} CLUSTER ON {names.last(index)}")
        elif attribute == "replica identity":
            statements.append(
                f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {names.last(index)}"
            )
        else:
            statements.append(comment_on_index(index, value))
    return statements


class Statistics(Kind):
    word = "STATISTICS"
    in_place = frozenset({"target"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        kinds = [kind for kind in names.listed(one.attributes["kinds"]) if kind != "expressions"]
        columns = [names.quote(name) for name in names.listed(one.attributes.get("columns"))]
        expressions = [f"({text})" for text in names.listed(one.attributes.get("expressions"))]
        # Of one expression alone there is nothing but its own statistics.
        of_kinds = f" ({', '.join(kinds)})" if kinds else ""
        items = ", ".join([*columns, *expressions])
        yield create(
            f"CREATE STATISTICS {one.identity}{of_kinds} ON {items} FROM {one.attributes['table']}"
        )
        if "target" in one.attributes:
            yield create(_target(one))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if changed:
            yield alter(_target(wanted))


def _target(one: Object) -> str:
    target = one.attributes.get("target", "-1")
    return f"ALTER STATISTICS {one.identity} SET STATISTICS {target}"
