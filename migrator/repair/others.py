"""Text search, collations, casts, operators and their classes."""

import re
from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class Dictionary(Kind):
    word = "TEXT SEARCH DICTIONARY"
    in_place = frozenset({"options"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        given = names.text(one.attributes.get("options"))
        template = f"TEMPLATE = {one.attributes['template']}"
        yield create(f"CREATE {self.target(one)} ({', '.join(filter(None, (template, given)))})")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if not changed:
            return
        new = names.text(wanted.attributes.get("options"))
        kept = set(_names(new))
        gone = [
            name
            for name in _names(names.text(actual.attributes.get("options")))
            if name not in kept
        ]
        yield alter(f"ALTER {self.target(wanted)} ({', '.join(filter(None, [*gone, new]))})")


def _names(options: str) -> list[str]:
    """The names of `stopwords = 'english', accept = 'false'`."""
    found, quoted, current = [], False, ""
    for letter in options + ",":
        if letter == "'":
            quoted = not quoted
        if letter == "," and not quoted:
            found.append(current.partition("=")[0].strip())
            current = ""
        else:
            current += letter
    return [name for name in found if name]


class Configuration(Kind):
    word = "TEXT SEARCH CONFIGURATION"
    in_place = frozenset({"mappings"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(f"CREATE {self.target(one)} (PARSER = {one.attributes['parser']})")
        for token, dictionaries in _mappings(one).items():
            yield create(f"ALTER {self.target(one)} ADD MAPPING FOR {token} WITH {dictionaries}")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        new, old = _mappings(wanted), _mappings(actual)
        for token in old.keys() - new.keys():
            yield alter(f"ALTER {self.target(wanted)} DROP MAPPING FOR {token}")
        for token, dictionaries in new.items():
            if old.get(token) != dictionaries:
                verb = "ALTER" if token in old else "ADD"
                mapping = f"{verb} MAPPING FOR {token} WITH {dictionaries}"
                yield alter(f"ALTER {self.target(wanted)} {mapping}")


def _mappings(one: Object) -> dict[str, str]:
    lines = names.listed(one.attributes.get("mappings"))
    return dict(line.split(": ", 1) for line in lines)


class Parser(Kind):
    word = "TEXT SEARCH PARSER"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        said = {"START": "start", "GETTOKEN": "token", "END": "end", "LEXTYPES": "types"}
        said |= {"HEADLINE": "headline"} if "headline" in values else {}
        listed = ", ".join(f"{word} = {values[name]}" for word, name in said.items())
        yield create(f"CREATE {self.target(one)} ({listed})")


class Template(Kind):
    word = "TEXT SEARCH TEMPLATE"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        init = f"INIT = {values['init']}, " if "init" in values else ""
        yield create(f"CREATE {self.target(one)} ({init}LEXIZE = {values['lexize']})")


class Collation(Kind):
    word = "COLLATION"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        said = {
            "PROVIDER": values["provider"],
            "LOCALE": _literal(values.get("locale")),
            "LC_COLLATE": _literal(values.get("collate")),
            "LC_CTYPE": _literal(values.get("ctype")),
            "DETERMINISTIC": None if values["deterministic"] else "false",
            "RULES": _literal(values.get("rules")),
        }
        listed = ", ".join(f"{name} = {value}" for name, value in said.items() if value)
        yield create(f"CREATE COLLATION {one.identity} ({listed})")


def _literal(value: object) -> str | None:
    return names.literal(value) if isinstance(value, str) else None


class Cast(Kind):
    word = "CAST"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        how = {
            "function": f"WITH FUNCTION {values.get('function')}",
            "inout": "WITH INOUT",
            "binary": "WITHOUT FUNCTION",
        }[str(values["method"])]
        context = {"explicit": "", "assignment": " AS ASSIGNMENT", "implicit": " AS IMPLICIT"}
        yield create(f"CREATE CAST {one.identity} {how}{context[str(values['context'])]}")


class Operator(Kind):
    word = "OPERATOR"
    in_place = frozenset({"restrict", "join"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        name, _, arguments = one.identity.rpartition("(")
        left, _, right = arguments.removesuffix(")").rpartition(",")
        said = {
            "FUNCTION": _bare(values.get("function")),
            "LEFTARG": left if left != "NONE" else None,
            "RIGHTARG": right,
            "COMMUTATOR": _named(values.get("commutator")),
            "NEGATOR": _named(values.get("negator")),
            "RESTRICT": values.get("restrict"),
            "JOIN": values.get("join"),
        }
        listed = ", ".join(f"{word} = {value}" for word, value in said.items() if value)
        listed += "".join(f", {word.upper()}" for word in ("hashes", "merges") if values.get(word))
        yield create(f"CREATE OPERATOR {name} ({listed})")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        said = [
            f"{word.upper()} = {wanted.attributes.get(word, 'NONE')}" for word in sorted(changed)
        ]
        if said:
            yield alter(f"ALTER {self.target(wanted)} SET ({', '.join(said)})")


def _bare(value: object) -> str:
    text = names.text(value)
    return text[: text.rindex("(")]


def _named(value: object) -> str | None:
    """`public.=~(text,text)` as `OPERATOR(public.=~)`."""
    text = names.text(value)
    if not text:
        return None
    name = text[: text.rindex("(")]
    return f"OPERATOR({name if '.' in name else 'pg_catalog.' + name})"


class OperatorClass(Kind):
    word = "OPERATOR CLASS"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        name, _, method = one.identity.rpartition(" USING ")
        default = "DEFAULT " if values["default"] else ""
        family = str(values["family"]).rpartition(" USING ")[0]
        members = [_plain(member) for member in names.listed(one.attributes.get("members"))]
        members += [f"STORAGE {values['key type']}"] if "key type" in values else []
        yield create(
            f"CREATE OPERATOR CLASS {name} {default}FOR TYPE {values['type']} USING {method}"
            f" FAMILY {family} AS {', '.join(members) or 'STORAGE ' + str(values['type'])}"
        )


class OperatorFamily(Kind):
    word = "OPERATOR FAMILY"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(f"CREATE OPERATOR FAMILY {one.identity}")


class OperatorFamilyMembers(Kind):
    """Those that belong to no class of it."""

    in_place = frozenset({"members"})

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(_add(one.identity, names.listed(one.attributes["members"])))

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        new, old = (names.listed(one.attributes["members"]) for one in (wanted, actual))
        gone, added = ([m for m in a if m not in b] for a, b in ((old, new), (new, old)))
        if gone:
            yield alter(_drop(wanted.identity, gone))
        if added:
            yield alter(_add(wanted.identity, added))

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield Work((_drop(one.identity, names.listed(one.attributes["members"])),), "drop")


def _add(family: str, members: list[str]) -> str:
    return f"ALTER OPERATOR FAMILY {family} ADD {', '.join(map(_plain, members))}"


def _plain(member: str) -> str:
    """`FOR ORDER BY` names a family without its method."""
    return re.sub(r"( FOR ORDER BY .+) USING \w+$", r"\1", member)


def _drop(family: str, members: list[str]) -> str:
    """Named by number and types: `OPERATOR 1 (integer, bigint)`."""
    return f"ALTER OPERATOR FAMILY {family} DROP {', '.join(map(_place, members))}"


def _place(member: str) -> str:
    word, number, rest = member.split(" ", 2)
    types = rest[: rest.index(")") + 1] if word == "FUNCTION" else _arguments(rest)
    return f"{word} {number} {types}"


def _arguments(operator: str) -> str:
    """`(integer,bigint)` of `>(integer,bigint) FOR ORDER BY ...`."""
    named = operator.partition(" FOR ORDER BY ")[0]
    return named[named.rindex("(") :]
