"""How objects of one kind are made, changed and dropped."""

from collections.abc import Collection, Iterator

from migrator.catalog import Object
from migrator.repair import properties
from migrator.repair.sides import Sides, Work


class Kind:
    """The ways of the simplest kinds; others override what is different with them.

    `word` stands after CREATE, ALTER and DROP. `in_place` names the attributes that `alter` changes
    without making the object anew.
    """

    word = ""
    grantable: str | None = None
    in_place: frozenset[str] = frozenset()

    def __init__(
        self, word: str = "", grantable: str | None = None, in_place: Collection[str] = ()
    ) -> None:
        self.word = word or self.word
        self.grantable = grantable or self.grantable
        self.in_place = frozenset(in_place) or self.in_place

    def target(self, one: Object) -> str:
        """The object in ALTER, DROP and COMMENT ON."""
        return f"{self.word} {one.identity}"

    def grant_target(self, one: Object) -> str | None:
        return f"{self.grantable} {one.identity}" if self.grantable else None

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        """All that makes the object, with its properties."""
        works = list(self.create(one, sides))
        yield from works
        statements = tuple(self.properties(one, sides))
        if statements:
            yield Work(statements, "create")

    def properties(self, one: Object, sides: Sides) -> Iterator[str]:
        yield from properties.when_made(one, self.target(one), sides, self.grant_target(one))
        if "comment" in one.attributes:
            yield properties.comment(self.comment_target(one), one)

    def comment_target(self, one: Object) -> str:
        return self.target(one)

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        """All that changes the named attributes in place."""
        yield from self.alter(
            wanted, actual, {one for one in changed if not properties.is_property(one)}, sides
        )
        statements = tuple(
            properties.altered(
                wanted, actual, changed, self.target(wanted), self.grant_target(wanted)
            )
        )
        if "comment" in changed:
            statements += (properties.comment(self.comment_target(wanted), wanted),)
        if statements:
            yield Work(statements, "alter")

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """Whether the changes need the object made anew."""
        return not all(one in self.in_place or properties.is_property(one) for one in changed)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        """Only the object itself. None when there is no way to make it."""
        yield from ()

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        yield from ()

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield Work((f"DROP {self.target(one)}",), "drop")


def create(*statements: str) -> Work:
    return Work(statements, "create")


def alter(*statements: str) -> Work:
    return Work(statements, "alter")
