"""Types: enums, domains, composite types, ranges and base types."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class Type(Kind):
    """A type that columns have is replaced: the old one lives on until they have the new one."""

    word = "TYPE"
    grantable = "TYPE"
    in_place = frozenset({"comments of attributes"})

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        if changed == {"labels"}:
            return not (_only_added(wanted, actual) or _renamed_labels(wanted, actual))
        if wanted.attributes["sort"] == actual.attributes["sort"] == "domain":
            return bool(changed & {"based on", "collation"})
        if changed <= {"attributes", "comments of attributes"}:
            return not _alterable(wanted, actual, used=_uses(actual, sides))
        return super().rebuilds(wanted, actual, changed, sides)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        statement = _CREATE[str(one.attributes["sort"])](one)
        if statement:
            yield create(*statement)
        yield from (create(text) for text in _attribute_comments(one, {}))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "labels" in changed:
            for old, new in _renamed_labels(wanted, actual):
                value = f"{names.literal(old)} TO {names.literal(new)}"
                yield alter(f"ALTER TYPE {wanted.identity} RENAME VALUE {value}")
            if _only_added(wanted, actual):
                yield from _add_labels(wanted, actual)
        if "attributes" in changed:
            yield alter(_alter_attributes(wanted, actual))
        if {"attributes", "comments of attributes"} & changed:
            yield from (alter(text) for text in _attribute_comments(wanted, actual.attributes))
        if "not null" in changed:
            verb = "SET" if wanted.attributes.get("not null") else "DROP"
            yield alter(f"ALTER DOMAIN {wanted.identity} {verb} NOT NULL")
        if "default" in changed:
            default = wanted.attributes.get("default")
            ending = f"SET DEFAULT {default}" if default else "DROP DEFAULT"
            yield alter(f"ALTER DOMAIN {wanted.identity} {ending}")


class DomainConstraint(Kind):
    in_place = frozenset({"validated"})

    def target(self, one: Object) -> str:
        name, _, domain = one.identity.rpartition(" on ")
        return f"CONSTRAINT {name} ON DOMAIN {domain}"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        name, _, domain = one.identity.rpartition(" on ")
        add = f"ALTER DOMAIN {domain} ADD CONSTRAINT {name} {one.attributes['definition']}"
        if one.parents[0] in sides.made:
            yield create(add)
            return
        yield create(f"{add} NOT VALID")
        if one.attributes["validated"]:
            validate = f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name}"
            yield Work((validate,), "validate")

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        unproved = "validated" in changed and not wanted.attributes["validated"]
        return unproved or super().rebuilds(wanted, actual, changed, sides)

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        name, _, domain = wanted.identity.rpartition(" on ")
        if "validated" in changed:
            yield Work((f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name}",), "validate")

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        name, _, domain = one.identity.rpartition(" on ")
        yield Work((f"ALTER DOMAIN {domain} DROP CONSTRAINT {name}",), "drop")


def waits_as_text(one: Object) -> bool:
    """Whether columns have no type of that sort for a while: its functions keep their names."""
    return one.attributes["sort"] == "range"


def _only_added(wanted: Object, actual: Object) -> bool:
    """Labels can be added anywhere, but neither removed nor moved."""
    there = names.listed(actual.attributes["labels"])
    return [one for one in names.listed(wanted.attributes["labels"]) if one in there] == there


def _renamed_labels(wanted: Object, actual: Object) -> list[tuple[str, str]]:
    """Labels that have another name in the same place, as (actual, wanted)."""
    new, old = (names.listed(one.attributes["labels"]) for one in (wanted, actual))
    pairs = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
    moved = any(before in new or after in old for before, after in pairs)
    return pairs if len(new) == len(old) and not moved else []


def _add_labels(wanted: Object, actual: Object) -> Iterator[Work]:
    labels = names.listed(wanted.attributes["labels"])
    there = list(names.listed(actual.attributes["labels"]))
    for at, label in enumerate(labels):
        if label in there:
            continue
        place = ""
        if at < len(labels) - 1 or at == 0:
            after = labels[at - 1] if at else None
            before = next((one for one in labels[at + 1 :] if one in there), None)
            if after is not None:
                place = f" AFTER {names.literal(after)}"
            elif before is not None:
                place = f" BEFORE {names.literal(before)}"
        add = f"ALTER TYPE {wanted.identity} ADD VALUE {names.literal(label)}{place}"
        there.insert(at, label)
        # It can be used only after its transaction.
        yield Work((add,), "alter", transactional=False)


def _split(attribute: str) -> tuple[str, str]:
    """`"my name" text` as its name and the rest."""
    name = names.parts(attribute)[0] if attribute.startswith('"') else attribute.split(" ", 1)[0]
    return name, attribute[len(name) :].strip()


def _uses(one: Object, sides: Sides) -> bool:
    """Whether columns have the type: then PostgreSQL alters no attribute's type."""
    return any(
        other.kind in names.COLUMNS and one.key in other.needs for other in sides.actual.values()
    )


def attributes_of(one: Object) -> dict[str, str]:
    """The attributes of a composite type with what they are."""
    return dict(_split(line) for line in names.listed(one.attributes.get("attributes")))


def _alterable(wanted: Object, actual: Object, *, used: bool) -> bool:
    """Attributes are added at the end only, and those of columns keep their types."""
    new, old = attributes_of(wanted), attributes_of(actual)
    kept = [name for name in old if name in new]
    same = all(new[name] == old[name] for name in kept)
    return list(new)[: len(kept)] == kept and (same or not used)


def _alter_attributes(wanted: Object, actual: Object) -> str:
    new, old = attributes_of(wanted), attributes_of(actual)
    changes = [f"DROP ATTRIBUTE {name}" for name in old if name not in new]
    changes += [
        f"ALTER ATTRIBUTE {name} TYPE {type_}"
        for name, type_ in new.items()
        if name in old and old[name] != type_
    ]
    changes += [f"ADD ATTRIBUTE {name} {type_}" for name, type_ in new.items() if name not in old]
    return f"ALTER TYPE {wanted.identity} {', '.join(changes)}"


def _attribute_comments(one: Object, there: object) -> Iterator[str]:
    comments = dict(
        line.split(": ", 1) for line in names.listed(one.attributes.get("comments of attributes"))
    )
    before = names.listed(there.get("comments of attributes")) if isinstance(there, dict) else []
    old = dict(line.split(": ", 1) for line in before)
    for name, text in comments.items():
        if old.get(name) != text:
            yield f"COMMENT ON COLUMN {one.identity}.{name} IS {names.literal(text)}"
    for name in old.keys() - comments.keys():
        yield f"COMMENT ON COLUMN {one.identity}.{name} IS NULL"


def _enum(one: Object) -> list[str]:
    labels = ", ".join(map(names.literal, names.listed(one.attributes.get("labels"))))
    return [f"CREATE TYPE {one.identity} AS ENUM ({labels})"]


def _domain(one: Object) -> list[str]:
    values = one.attributes
    words = [f"CREATE DOMAIN {one.identity} AS {values['based on']}"]
    words += [f"COLLATE {values['collation']}"] if "collation" in values else []
    words += [f"DEFAULT {values['default']}"] if "default" in values else []
    words += ["NOT NULL"] if values.get("not null") else []
    return [" ".join(words)]


def _composite(one: Object) -> list[str]:
    listed = ", ".join(names.listed(one.attributes.get("attributes")))
    return [f"CREATE TYPE {one.identity} AS ({listed})"]


def _range(one: Object) -> list[str]:
    values = one.attributes
    opclass = names.text(values.get("subtype operator class")).partition(" USING ")[0]
    said = {
        "SUBTYPE": values["subtype"],
        "SUBTYPE_OPCLASS": opclass,
        "COLLATION": values.get("subtype collation"),
        "CANONICAL": values.get("canonical"),
        "SUBTYPE_DIFF": values.get("subtype difference"),
        "MULTIRANGE_TYPE_NAME": values.get("multirange"),
    }
    listed = ", ".join(f"{name} = {value}" for name, value in said.items() if value)
    made = [f"CREATE TYPE {one.identity} AS RANGE ({listed})"]
    # Its canonical function takes the type, which must have a name before.
    return [f"CREATE TYPE {one.identity}", *made] if "canonical" in values else made


_ALIGNMENTS = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
_STORAGES = {"p": "plain", "e": "external", "m": "main", "x": "extended"}


def _base(one: Object) -> list[str]:
    values = one.attributes
    said = {
        "INPUT": values["input"],
        "OUTPUT": values["output"],
        "RECEIVE": values.get("receive"),
        "SEND": values.get("send"),
        "TYPMOD_IN": values.get("modifier input"),
        "TYPMOD_OUT": values.get("modifier output"),
        "ANALYZE": values.get("analyze"),
        "SUBSCRIPT": values.get("subscript"),
        "INTERNALLENGTH": "VARIABLE" if values["length"] == "-1" else values["length"],
        "ALIGNMENT": _ALIGNMENTS[str(values["alignment"])],
        "STORAGE": _STORAGES[str(values["storage"])],
        "CATEGORY": names.literal(str(values["category"])),
        "PREFERRED": "true" if values.get("preferred") else None,
        "DEFAULT": names.literal(str(values["default"])) if "default" in values else None,
        "ELEMENT": values.get("element"),
        "DELIMITER": names.literal(str(values["delimiter"])),
    }
    listed = ", ".join(f"{name} = {value}" for name, value in said.items() if value)
    if values.get("by value"):
        listed += ", PASSEDBYVALUE"
    return [f"CREATE TYPE {one.identity} ({listed})"]


def _shell(one: Object) -> list[str]:
    return [f"CREATE TYPE {one.identity}"]


_CREATE = {
    "enum": _enum,
    "domain": _domain,
    "composite": _composite,
    "range": _range,
    "base": _base,
    "shell": _shell,
}
