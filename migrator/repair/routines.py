"""Functions, procedures and aggregates, and what runs by itself: triggers, rules, policies."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.firing import ENABLE
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work

_FINAL = {"read only": "READ_ONLY", "shareable": "SHAREABLE", "read write": "READ_WRITE"}


class Routine(Kind):
    """A function or procedure."""

    in_place = frozenset({"definition"})

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """CREATE OR REPLACE keeps names and types, and takes no default away."""
        if "definition" not in changed:
            return False
        same = all(
            wanted.details.get(name) == actual.details.get(name)
            for name in ("identity arguments", "result")
        )
        fewer = int(names.text(wanted.details["defaults"])) < int(
            names.text(actual.details["defaults"])
        )
        return not same or fewer

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(str(one.attributes["definition"]).rstrip())

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if changed:
            yield alter(str(wanted.attributes["definition"]).rstrip())


class Aggregate(Kind):
    word = "AGGREGATE"
    grantable = "FUNCTION"

    def target(self, one: Object) -> str:
        return f"AGGREGATE {_any(one.identity)}"

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """CREATE OR REPLACE keeps the arguments, the result and the type of the state."""
        return bool(changed & {"arguments", "result", "state type", "aggregate kind"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(_aggregate(one, "CREATE"))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if changed:
            yield alter(_aggregate(wanted, "CREATE OR REPLACE"))


def _any(identity: str) -> str:
    return identity.removesuffix("()") + "(*)" if identity.endswith("()") else identity


def _aggregate(one: Object, verb: str) -> str:
    values = one.attributes
    name = one.identity[: one.identity.index("(")] if '"' not in one.identity else _name(one)
    hypothetical = values["aggregate kind"] == "hypothetical"
    said = {
        "SFUNC": _function(values.get("state function")),
        "STYPE": values.get("state type"),
        "SSPACE": values.get("state size"),
        "FINALFUNC": _function(values.get("final function")),
        "FINALFUNC_EXTRA": True if values.get("final function extra") else None,
        "FINALFUNC_MODIFY": _FINAL[str(values["final function modifies"])],
        "COMBINEFUNC": _function(values.get("combine function")),
        "SERIALFUNC": _function(values.get("serial function")),
        "DESERIALFUNC": _function(values.get("deserial function")),
        "INITCOND": _literal(values.get("initial value")),
        "MSFUNC": _function(values.get("moving state function")),
        "MINVFUNC": _function(values.get("moving inverse function")),
        "MSTYPE": values.get("moving state type"),
        "MSSPACE": values.get("moving state size"),
        "MFINALFUNC": _function(values.get("moving final function")),
        "MFINALFUNC_EXTRA": True if values.get("moving final function extra") else None,
        "MFINALFUNC_MODIFY": _FINAL[str(values["moving final function modifies"])]
        if "moving state type" in values
        else None,
        "MINITCOND": _literal(values.get("moving initial value")),
        "SORTOP": _operator(values.get("sort operator")),
        "PARALLEL": str(values["parallel"]).upper(),
        "HYPOTHETICAL": True if hypothetical else None,
    }
    body = ", ".join(
        key if value is True else f"{key} = {value}" for key, value in said.items() if value
    )
    arguments = str(values["arguments"]) or "*"
    return f"{verb} AGGREGATE {name}({arguments}) ({body})"


def _name(one: Object) -> str:
    """The name before the parenthesis that opens the arguments, quotes minded."""
    quoted = False
    for at, letter in enumerate(one.identity):
        if letter == '"':
            quoted = not quoted
        elif letter == "(" and not quoted:
            return one.identity[:at]
    return one.identity


def _function(value: object) -> str | None:
    """A function of an aggregate is named without its arguments."""
    text = names.text(value)
    return text[: text.rindex("(")] if text else None


def _operator(value: object) -> str | None:
    """`>(integer,integer)` as `OPERATOR(pg_catalog.>)`."""
    text = names.text(value)
    if not text:
        return None
    name = text[: text.rindex("(")]
    return f"OPERATOR({name if '.' in name else 'pg_catalog.' + name})"


def _literal(value: object) -> str | None:
    return names.literal(value) if isinstance(value, str) else None


class Trigger(Kind):
    in_place = frozenset({"definition", "enabled"})

    def target(self, one: Object) -> str:
        return f"TRIGGER {names.own_name(one)} ON {names.table_of(one)}"

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        texts = [str(one.attributes["definition"]) for one in (wanted, actual)]
        return "definition" in changed and any("CONSTRAINT TRIGGER" in text for text in texts)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        if names.first(one.parents, ("trigger",)) is None:  # else it comes with the one above
            yield create(str(one.attributes["definition"]))
        if one.attributes["enabled"] != "origin":
            yield create(_enable(one, "TRIGGER"))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        above = names.first(wanted.parents, ("trigger",))
        if "definition" in changed and above is None:
            text = str(wanted.attributes["definition"])
            yield alter(text.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))
        if "enabled" in changed or wanted.attributes["enabled"] != "origin":
            yield alter(_enable(wanted, "TRIGGER"))

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        if names.first(one.parents, ("trigger",)) is None:
            yield from super().drop(one, sides)


def _enable(one: Object, word: str) -> str:
    state = ENABLE[str(one.attributes["enabled"])]
    return f"ALTER TABLE {names.table_of(one)} {state} {word} {names.own_name(one)}"


class EventTrigger(Kind):
    word = "EVENT TRIGGER"
    in_place = frozenset({"enabled"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        tags = ", ".join(names.literal(tag) for tag in names.listed(one.attributes.get("tags")))
        when = f" WHEN TAG IN ({tags})" if tags else ""
        event, function = one.attributes["event"], one.attributes["function"]
        yield create(
            f"CREATE EVENT TRIGGER {one.identity} ON {event}{when} EXECUTE FUNCTION {function}"
        )
        if one.attributes["enabled"] != "origin":
            yield create(_enable_event(one))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if changed:
            yield alter(_enable_event(wanted))


def _enable_event(one: Object) -> str:
    state = ENABLE[str(one.attributes["enabled"])]
    return f"ALTER EVENT TRIGGER {one.identity} {state}"


class Rule(Kind):
    in_place = frozenset({"definition", "enabled"})

    def target(self, one: Object) -> str:
        return f"RULE {names.own_name(one)} ON {names.table_of(one)}"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(str(one.attributes["definition"]).rstrip(";"))
        if one.attributes["enabled"] != "origin":
            yield create(_enable(one, "RULE"))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "definition" in changed:
            text = str(wanted.attributes["definition"]).rstrip(";")
            yield alter(text.replace("CREATE RULE", "CREATE OR REPLACE RULE", 1))
        if "enabled" in changed or ("definition" in changed and _is_set(wanted)):
            yield alter(_enable(wanted, "RULE"))


def _is_set(one: Object) -> bool:
    return one.attributes["enabled"] != "origin"


class Policy(Kind):
    in_place = frozenset({"roles", "using", "with check"})

    def target(self, one: Object) -> str:
        return f"POLICY {names.own_name(one)} ON {names.table_of(one)}"

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """ALTER POLICY takes no expression away."""
        gone = {"using", "with check"} & changed - wanted.attributes.keys()
        return bool(gone) or super().rebuilds(wanted, actual, changed, sides)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        kind = "" if one.attributes["permissive"] else " AS RESTRICTIVE"
        command = one.attributes["command"]
        everything = {"roles", "using", "with check"}
        yield create(f"CREATE {self.target(one)}{kind} FOR {command}{_clauses(one, everything)}")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if changed:
            yield alter(f"ALTER {self.target(wanted)}{_clauses(wanted, changed)}")


def _clauses(one: Object, which: set[str]) -> str:
    text = ""
    if "roles" in which:
        text += " TO " + ", ".join(map(names.role, names.listed(one.attributes["roles"])))
    for attribute, word in (("using", "USING"), ("with check", "WITH CHECK")):
        if attribute in which and attribute in one.attributes:
            text += f" {word} ({one.attributes[attribute]})"
    return text
