"""Columns and their defaults."""

from collections.abc import Iterator
from dataclasses import replace

from migrator.catalog import Object
from migrator.repair import names, options, properties
from migrator.repair.inline import identity, inline
from migrator.repair.kind import Kind, alter, create
from migrator.repair.retyping import lossy, using
from migrator.repair.sides import Sides, Work


class Column(Kind):
    in_place = frozenset(
        {
            "collation",
            "compression",
            "generated",
            "identity",
            "not null",
            "options",
            "server options",
            "statistics target",
            "storage",
            "type",
        }
    )

    def target(self, one: Object) -> str:
        return f"COLUMN {one.identity}"

    def grant_target(self, one: Object) -> str | None:
        return f"({names.own_name(one)}) ON TABLE {names.table_of(one)}"

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """A generated column's values are nobody's: it is dropped and added."""
        if "generated" not in changed:
            return "type" in changed and "generated" in wanted.attributes
        new, old = (names.text(one.attributes.get("generated")) for one in (wanted, actual))
        if new and old:  # SET EXPRESSION exists since 17
            return True
        return bool(new)

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        relation = names.relation_of(one)
        stored = one.kind in {"table column", "foreign table column"}
        if stored and not sides.is_new(relation) and not sides.follows(one):
            table = names.table_of(one)
            yield create(f"ALTER TABLE {table} ADD COLUMN {inline(one, sides)}")
        settings = [
            statement
            for attribute in ("storage", "compression", "statistics target", "options")
            if attribute in one.attributes and not (attribute == "compression" and stored)
            for statement in _change(one, None, attribute, sides)
        ]
        if "comment" in one.attributes:
            settings.append(properties.comment(self.target(one), one))
        wanted = properties.grants(one.attributes)
        owner = _owner(one, sides)
        target = self.grant_target(one)
        settings += properties.change_grants(wanted, {}, str(target), owner)
        if settings:
            yield create(*settings)

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        follows = sides.follows(wanted)
        for attribute in ("type", "collation"):
            if attribute in changed and not (follows and _also_above(wanted, changed, sides)):
                yield _retype(wanted, actual)
                break
        if "generated" in changed:
            yield from _no_longer_generated(wanted, actual, sides)
        if "identity" in changed:
            yield from _change_identity(wanted, actual, sides)
        if "not null" in changed and not (
            follows
            and any(
                "not null" in sides.changed.get(one.key, ())
                for one in sides.above(wanted, sides.wanted)
            )
        ):
            yield from _change_null(wanted, sides)
        settings = [
            statement
            for attribute in (
                "compression",
                "storage",
                "statistics target",
                "options",
                "server options",
            )
            if attribute in changed
            for statement in _change(wanted, actual, attribute, sides)
        ]
        if "comment" in changed:
            settings.append(properties.comment(self.target(wanted), wanted))
        settings += properties.change_grants(
            properties.grants(wanted.attributes),
            properties.grants(actual.attributes),
            str(self.grant_target(wanted)),
            _owner(wanted, sides),
        )
        if settings:
            yield alter(*settings)

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        if one.kind not in {"table column", "foreign table column"} or sides.follows(one):
            return
        derived = "generated" in one.attributes or one.kind == "foreign table column"
        statement = f"ALTER TABLE {names.table_of(one)} DROP COLUMN {names.own_name(one)}"
        yield Work((statement,), "drop", loses=None if derived else one.identity)


def _owner(one: Object, sides: Sides) -> str:
    relation = names.relation_of(one)
    return names.text(sides.wanted[relation].attributes.get("owner")) if relation else ""


def _also_above(wanted: Object, changed: set[str], sides: Sides) -> bool:
    return any(
        changed & sides.changed.get(one.key, set()) for one in sides.above(wanted, sides.wanted)
    )


def _retype(wanted: Object, actual: Object) -> Work:
    table, name = names.table_of(wanted), names.own_name(wanted)
    new, old = (names.text(one.attributes["type"]) for one in (wanted, actual))
    collate = wanted.attributes.get("collation")
    clause = f" COLLATE {collate}" if collate else ""
    # A foreign table has no values of its own to convert.
    how = using(name, old, new) if wanted.kind == "table column" else ""
    statement = f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {new}{clause}{how}"
    # Parts of seconds, of times of day and of zones, digits: PostgreSQL rounds without a word.
    loses = wanted.identity if lossy(old, new) else None
    return Work((statement,), "alter", loses=loses)


def _no_longer_generated(wanted: Object, actual: Object, sides: Sides) -> Iterator[Work]:
    table, name = names.table_of(wanted), names.own_name(wanted)
    if names.text(actual.attributes["generated"]).endswith(" stored"):
        yield alter(f"ALTER TABLE {table} ALTER COLUMN {name} DROP EXPRESSION")
        return
    # A virtual column has no values of its own to keep: a new one takes them.
    attributes = {k: v for k, v in wanted.attributes.items() if k != "not null"}
    plain = replace(wanted, attributes=attributes)
    new = names.quote(f"{names.plain(name)}_kept")
    text = names.text(plain.attributes["type"])
    yield alter(f"ALTER TABLE {table} ADD COLUMN {new} {text}")
    yield alter(f"UPDATE {table} SET {new} = {name}")
    yield alter(f"ALTER TABLE {table} DROP COLUMN {name}")
    yield alter(f"ALTER TABLE {table} RENAME COLUMN {new} TO {name}")
    if wanted.attributes.get("not null"):
        yield from _change_null(wanted, sides)


def _change_identity(wanted: Object, actual: Object, sides: Sides) -> Iterator[Work]:
    column = f"ALTER TABLE {names.table_of(wanted)} ALTER COLUMN {names.own_name(wanted)}"
    has = "identity" in actual.attributes and not sides.counts_above(actual, sides.actual)
    if "identity" not in wanted.attributes or sides.counts_above(wanted, sides.wanted):
        if has:
            yield alter(f"{column} DROP IDENTITY")
    elif has:
        yield alter(f"{column} SET GENERATED {str(wanted.attributes['identity']).upper()}")
    else:
        yield alter(f"{column} ADD {identity(wanted, sides)}")


def _change_null(wanted: Object, sides: Sides) -> Iterator[Work]:
    """SET NOT NULL reads every row under the strongest lock, unless a CHECK has proved it."""
    table, name = names.table_of(wanted), names.own_name(wanted)
    column = f"ALTER TABLE {table} ALTER COLUMN {name}"
    if not wanted.attributes.get("not null"):
        yield alter(f"{column} DROP NOT NULL")
        return
    itself = {f"NOT NULL {name}", f"NOT NULL {name} NO INHERIT"}
    if any(
        one.kind == "table constraint" and one.attributes["definition"] in itself
        for one in sides.children.get((names.relation_of(wanted) or wanted.key), [])
    ):
        return  # that constraint makes it so (PostgreSQL 18)
    check = names.quote(f"{names.plain(names.last(table))}_{names.plain(name)}_proved"[:63])
    yield alter(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID")
    yield Work((f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}",), "validate")
    yield alter(f"{column} SET NOT NULL", f"ALTER TABLE {table} DROP CONSTRAINT {check}")


def _alone(column: Object, sides: Sides) -> str:
    """Without those that inherit from it: what they differ in is told of each by itself."""
    return "ONLY " if sides.has_heirs(names.table_of(column)) else ""


def _change(wanted: Object, actual: Object | None, attribute: str, sides: Sides) -> list[str]:
    table = f"ALTER TABLE {_alone(wanted, sides)}{names.table_of(wanted)}"
    if names.relation_of(wanted) == ("materialized view", names.table_of(wanted)):
        table = f"ALTER MATERIALIZED VIEW {names.table_of(wanted)}"
    column = f"{table} ALTER COLUMN {names.own_name(wanted)}"
    new = wanted.attributes.get(attribute)
    old = actual.attributes.get(attribute) if actual else None
    if attribute == "options":
        return options.change_storage(column, new, old)
    if attribute == "server options":
        name = names.own_name(wanted)
        foreign = f"ALTER FOREIGN TABLE {names.table_of(wanted)} ALTER COLUMN {name}"
        return options.change_foreign(foreign, new, old)
    if attribute == "statistics target":
        return [f"{column} SET STATISTICS {new or -1}"]
    usual = wanted.details.get("usual storage") if attribute == "storage" else "default"
    return [f"{column} SET {attribute.upper()} {names.text(new or usual).upper()}"]


class Default(Kind):
    """A column's default; made with the column where it needs nothing else."""

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        column = sides.wanted[one.parents[0]]
        stored = column.kind in {"table column", "foreign table column"}
        inline_ = column.key in sides.made and not one.needs and not sides.follows(column)
        if stored and inline_:
            return
        yield create(f"{_alter(column, sides)} SET DEFAULT {one.attributes['expression']}")

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        column = sides.wanted[wanted.parents[0]]
        yield alter(f"{_alter(column, sides)} SET DEFAULT {wanted.attributes['expression']}")

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        return False

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        column = sides.actual[one.parents[0]]
        yield Work((f"{_alter(column, sides)} DROP DEFAULT",), "drop")


def _alter(column: Object, sides: Sides) -> str:
    word = "VIEW" if column.kind == "view column" else f"TABLE {_alone(column, sides)}".strip()
    return f"ALTER {word} {names.table_of(column)} ALTER COLUMN {names.own_name(column)}"
