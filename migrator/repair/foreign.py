"""Foreign-data wrappers, their servers, and who logs in there as whom."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, options
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class Wrapper(Kind):
    word = "FOREIGN DATA WRAPPER"
    grantable = "FOREIGN DATA WRAPPER"
    in_place = frozenset({"handler", "validator", "options"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        given = options.foreign(one.attributes.get("options"))
        functions = "".join(
            f" {word.upper()} {one.attributes[word]}"
            for word in ("handler", "validator")
            if word in one.attributes
        )
        yield create(f"CREATE {self.target(one)}{functions}{given}")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        for word in ("handler", "validator"):
            if word in changed:
                function = wanted.attributes.get(word)
                what = f"{word.upper()} {function}" if function else f"NO {word.upper()}"
                yield alter(f"ALTER {self.target(wanted)} {what}")
        yield from _change_options(self.target(wanted), wanted, actual)


class Server(Kind):
    word = "SERVER"
    grantable = "FOREIGN SERVER"
    in_place = frozenset({"options", "version"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        words = [f"CREATE SERVER {one.identity}"]
        words += [
            f"{word.upper()} {names.literal(names.text(values[word]))}"
            for word in ("type", "version")
            if word in values
        ]
        wrapper = names.quote(names.text(values["wrapper"]))
        words.append(f"FOREIGN DATA WRAPPER {wrapper}{options.foreign(values.get('options'))}")
        yield create(" ".join(words))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "version" in changed:
            version = wanted.attributes.get("version")
            text = names.literal(version) if isinstance(version, str) else "NULL"
            yield alter(f"ALTER SERVER {wanted.identity} VERSION {text}")
        yield from _change_options(self.target(wanted), wanted, actual)


def _change_options(target: str, wanted: Object, actual: Object) -> Iterator[Work]:
    new, old = wanted.attributes.get("options"), actual.attributes.get("options")
    for statement in options.change_foreign(f"ALTER {target}", new, old):
        yield alter(statement)


class UserMapping(Kind):
    """Options that are secrets are to be added by hand."""

    in_place = frozenset({"options"})

    def target(self, one: Object) -> str:
        user, _, server = one.identity.rpartition(" on server ")
        name = "PUBLIC" if user == "public" else names.quote(names.plain(user))
        return f"USER MAPPING FOR {name} SERVER {names.quote(names.plain(server))}"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        given = options.foreign(one.attributes.get("options"))
        note = "options such as a password are secrets, to be added by hand"
        yield Work((f"CREATE {self.target(one)}{given}",), "create", note=note)

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        yield from _change_options(self.target(wanted), wanted, actual)
