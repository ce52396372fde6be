"""Access methods, conversions between encodings, and transforms of types for languages."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.kind import Kind, create
from migrator.repair.sides import Sides, Work


class AccessMethod(Kind):
    word = "ACCESS METHOD"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        of, handler = str(one.attributes["of"]).upper(), one.attributes["handler"]
        yield create(f"CREATE {self.target(one)} TYPE {of} HANDLER {handler}")


class Conversion(Kind):
    word = "CONVERSION"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        before, after = (names.literal(names.text(values[name])) for name in ("from", "to"))
        default = "DEFAULT " if values["default"] else ""
        yield create(
            f"CREATE {default}{self.target(one)} FOR {before} TO {after} FROM {values['function']}"
        )


class Transform(Kind):
    """Called `for <type> language <language>`, before PostgreSQL 18 `on language`."""

    def target(self, one: Object) -> str:
        of, _, language = one.identity.removeprefix("for ").rpartition(" language ")
        return f"TRANSFORM FOR {of.removesuffix(' on')} LANGUAGE {language}"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        listed = ", ".join(
            f"{name.upper()} SQL WITH FUNCTION {one.attributes[name]}"
            for name in ("from", "to")
            if name in one.attributes
        )
        yield create(f"CREATE {self.target(one)} ({listed})")
