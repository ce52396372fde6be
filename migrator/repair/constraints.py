"""Constraints of tables: promised first and proved afterwards, unique ones by their index."""

import re
from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, options, properties
from migrator.repair.firing import fire
from migrator.repair.indexes import before_where, change_index, settings_of_index
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import ATTACHMENT, Sides, Work, inherits

_UNIQUE = re.compile(
    r"^(?P<kind>PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)? \((?P<columns>.+?)\)"
    r"(?P<include> INCLUDE \(.+?\))?(?P<deferrable>( DEFERRABLE)?( INITIALLY DEFERRED)?)$"
)
_BY_INDEX = ("PRIMARY KEY", "UNIQUE", "EXCLUDE")
_INDEX_PARTS = frozenset(
    {
        "index clustered",
        "index comment",
        "index invalid",
        "index not ready",
        "index options",
        "index replica identity",
        "index statistics targets",
        "index tablespace",
    }
)


class Constraint(Kind):
    in_place = (
        frozenset({"definition", "validated", "enforced"}) | _INDEX_PARTS | {"part of", "triggers"}
    )

    def target(self, one: Object) -> str:
        return f"CONSTRAINT {names.own_name(one)} ON {names.table_of(one)}"

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """A CHECK or FOREIGN KEY is replaced in one statement; what has an index is made anew."""
        if "part of" in changed and "part of" not in wanted.attributes:
            return not _attachment_changes(wanted, sides)
        return "definition" in changed and not _has_no_index(wanted)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        if _comes_with_inheritance(one, sides) or _stays_behind(one, sides):
            return
        table = names.relation_of(one)
        definition = str(one.attributes["definition"])
        if definition.startswith("NOT NULL "):
            name = definition.removeprefix("NOT NULL ").removesuffix(" NO INHERIT")
            column = sides.actual.get(("table column", f"{names.table_of(one)}.{name}"))
            if column and column.attributes.get("not null"):
                yield alter(f"ALTER TABLE {names.table_of(one)} ALTER COLUMN {name} DROP NOT NULL")
        if sides.is_new(table) or not _can_be_promised(one, sides):
            yield from _index_first(one, sides) if _waits(one, sides) else _plainly(one, sides)
        else:
            yield from _promise(one, f"ALTER TABLE {names.table_of(one)} ADD {_definition(one)}")
        yield from _settings(one)

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        table, name = names.table_of(wanted), names.own_name(wanted)
        foreign = str(wanted.attributes["definition"]).startswith("FOREIGN KEY")
        validate = f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"
        proved = bool(wanted.attributes["validated"])
        if "definition" in changed and foreign and _only_deferral(wanted, actual):
            timing = _deferral(wanted)
            yield alter(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {timing}")
            changed = changed - {"definition"}
        if "enforced" in changed and foreign and "definition" not in changed:
            word = "ENFORCED" if wanted.attributes["enforced"] else "NOT ENFORCED"
            yield alter(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {word}")
        elif {"definition", "enforced"} & changed or ("validated" in changed and not proved):
            replace = f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD {_definition(wanted)}"
            yield from (
                _promise(wanted, replace) if _can_be_promised(wanted, sides) else [alter(replace)]
            )
            if "comment" in wanted.attributes:
                yield alter(properties.comment(self.target(wanted), wanted))
        elif "validated" in changed:
            yield Work((validate,), "validate")
        if "part of" in changed and not _attachment_changes(wanted, sides):
            yield _attach(wanted)
        if "triggers" in changed:
            yield from fire(wanted, actual)
        index = f"{names.schema(table)}.{name}"
        parts = {one.removeprefix("index ") for one in changed & _INDEX_PARTS}
        yield from change_index(index, table, wanted, actual, parts, "index ")

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        if _comes_with_inheritance(one, sides) or "part of" in one.attributes:
            return
        table, name = names.table_of(one), names.own_name(one)
        column = re.match(r"NOT NULL (.+?)( NO INHERIT)?$", str(one.attributes["definition"]))
        wanted = sides.wanted.get(("table column", f"{table}.{column[1]}")) if column else None
        if wanted and wanted.attributes.get("not null"):
            # The column's own NOT NULL, which only has to be proved.
            if column and column[2]:
                yield alter(f"ALTER TABLE {table} ALTER CONSTRAINT {name} INHERIT")
            if not one.attributes["validated"]:
                yield Work((f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",), "validate")
            return
        yield Work((f"ALTER TABLE {table} DROP CONSTRAINT {name}",), "drop")


def _has_no_index(one: Object) -> bool:
    return str(one.attributes["definition"]).startswith(("CHECK", "FOREIGN KEY", "NOT NULL"))


def _definition(one: Object, index: str | None = None) -> str:
    text = str(one.attributes["definition"])
    unique = _UNIQUE.match(text)
    if index and unique:
        text = f"{unique['kind']} USING INDEX {index}{unique['deferrable']}"
    elif storage := options.storage(one.attributes.get("index options")):
        head, where, rest = before_where(text)
        if not where:
            head, where, rest = text.partition(" DEFERRABLE")
        text = f"{head} WITH ({storage}){where}{rest}"
    enforced = "" if one.attributes["enforced"] else " NOT ENFORCED"
    valid = "" if one.attributes["validated"] else " NOT VALID"
    return f"CONSTRAINT {names.own_name(one)} {text}{enforced}{valid}"


def _can_be_promised(one: Object, sides: Sides) -> bool:
    """A partitioned table takes no FOREIGN KEY that is NOT VALID before PostgreSQL 18."""
    table = sides.wanted[names.relation_of(one) or one.key]
    foreign = str(one.attributes["definition"]).startswith("FOREIGN KEY")
    if foreign and "partitioned by" in table.attributes:
        return False
    return _has_no_index(one) and bool(one.attributes["enforced"])


def _promise(one: Object, statement: str) -> Iterator[Work]:
    """NOT VALID takes a moment; the proof reads every row while they go on being written."""
    if not one.attributes["validated"]:
        yield alter(statement)
        return
    yield create(f"{statement} NOT VALID")
    validate = f"ALTER TABLE {names.table_of(one)} VALIDATE CONSTRAINT {names.own_name(one)}"
    yield Work((validate,), "validate")


def _waits(one: Object, sides: Sides) -> bool:
    """Whether the index would be built under a lock that keeps writers out."""
    table = sides.wanted[names.relation_of(one) or one.key]
    plain = "partitioned by" not in table.attributes and table.kind == "table"
    unique = _UNIQUE.match(str(one.attributes["definition"]))
    return (
        plain
        and not sides.is_new(table.key)
        and bool(unique)
        and "WITHOUT OVERLAPS" not in str(one.attributes["definition"])
    )


def _index_first(one: Object, sides: Sides) -> Iterator[Work]:
    table, name = names.table_of(one), names.own_name(one)
    unique = _UNIQUE.match(str(one.attributes["definition"]))
    if unique is None:
        raise ValueError(f"{one.identity} is not unique")
    storage = options.storage(one.attributes.get("index options"))
    space = names.text(one.attributes.get("index tablespace"))
    index = " ".join(
        filter(
            None,
            (
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({unique['columns']})",
                (unique["include"] or "").strip(),
                (unique["nulls"] or "").strip(),
                f"WITH ({storage})" if storage else "",
                f"TABLESPACE {names.quote(space)}" if space else "",
            ),
        )
    )
    yield Work((index,), "create", transactional=False)
    yield create(f"ALTER TABLE {table} ADD {_definition(one, name)}")
    if "part of" in one.attributes and not _attachment_changes(one, sides):
        yield _attach(one)


def _plainly(one: Object, sides: Sides) -> Iterator[Work]:
    table = sides.wanted[names.relation_of(one) or one.key]
    # Its partitions have theirs as objects of their own, attached afterwards.
    parts = any(other.kind == one.kind for other in sides.children.get(one.key, []))
    only = "ONLY " if parts and "partitioned by" in table.attributes else ""
    yield create(f"ALTER TABLE {only}{table.identity} ADD {_definition(one)}")
    if "part of" in one.attributes and not _attachment_changes(one, sides):
        yield _attach(one)


def _attach(one: Object) -> Work:
    """A partition's part of a unique constraint becomes so by its index."""
    schema = names.schema(names.table_of(one))
    above = str(one.attributes["part of"])
    name, _, table = above.rpartition(" on ")
    index = f"{schema}.{names.own_name(one)}"
    return alter(f"ALTER INDEX {names.schema(table)}.{name} ATTACH PARTITION {index}")


def _attachment_changes(one: Object, sides: Sides) -> bool:
    place = (ATTACHMENT, names.table_of(one))
    return place in sides.made or place in sides.gone


def _comes_with_inheritance(one: Object, sides: Sides) -> bool:
    """A CHECK that a table has from one that it inherits from again."""
    relation = names.relation_of(one)
    if relation is None or relation not in sides.wanted:
        return False
    name = names.own_name(one)
    return str(one.attributes["definition"]).startswith("CHECK") and any(
        ("table constraint", f"{name} on {above}") in sides.wanted
        for above in names.listed(sides.wanted[relation].attributes.get("inherits"))
    )


def _stays_behind(one: Object, sides: Sides) -> bool:
    """Whether the table has it from one that it no longer inherits from: then it keeps it."""
    relation = names.relation_of(one)
    if relation is None or relation not in sides.actual or relation in sides.made:
        return False
    definition = one.attributes["definition"]
    return not str(definition).startswith(_BY_INDEX) and any(
        there.kind == "table constraint" and there.attributes["definition"] == definition
        for above in inherits(sides.actual, relation)
        for there in sides.children_there.get(("table", above), [])
    )


def _settings(one: Object) -> Iterator[Work]:
    """What belongs to the index of a constraint just made."""
    table = names.table_of(one)
    index = f"{names.schema(table)}.{names.own_name(one)}"
    statements = settings_of_index(index, table, one, "index ")
    if statements:
        yield create(*statements)
    yield from fire(one, None)


def _only_deferral(wanted: Object, actual: Object) -> bool:
    texts = [str(one.attributes["definition"]) for one in (wanted, actual)]
    return len({text.partition(" DEFERRABLE")[0] for text in texts}) == 1


def _deferral(one: Object) -> str:
    text = str(one.attributes["definition"])
    if text.endswith(" DEFERRABLE INITIALLY DEFERRED"):
        return "DEFERRABLE INITIALLY DEFERRED"
    return "DEFERRABLE INITIALLY IMMEDIATE" if text.endswith(" DEFERRABLE") else "NOT DEFERRABLE"
