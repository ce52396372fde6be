"""The body of an upgrade or a downgrade while it is being written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from migrator.autogenerate.code import Code, call
from migrator.autogenerate.hop import with_attributes
from migrator.catalog import Catalog, Key, Object


@dataclass(frozen=True)
class Facts:
    """What the catalogs do not tell."""

    wording: Mapping[tuple[Key, str], str] = field(default_factory=dict)
    """Conditions of CHECKs as the models write them, by name and PostgreSQL's own definition."""


# The order of lines in one transaction.
LOOSEN, CREATE, EXTEND, FILL, ALTER, PROMISE, BUILD, SECURE, REST, DROP, LAST = range(11)


class Draft:
    """From `before` to `after`. Writers say what they have written, and `partial` follows."""

    def __init__(self, before: Catalog, after: Catalog, facts: Facts, *, downgrade: bool) -> None:
        self.before = before
        self.after = after
        self.facts = facts
        self.downgrade = downgrade
        self.partial: dict[Key, Object] = dict(before.objects)
        self._lines: list[tuple[int, Code]] = []
        self._lost: dict[str, list[str]] = {}

    def write(self, rank: int, *lines: Code) -> None:
        self._lines += [(rank, line) for line in lines]

    def lose(self, table: str, where: str | None = None) -> None:
        """Rows go, or what they hold where the condition is true: a downgrade asks first."""
        if self.downgrade:
            self._lost.setdefault(table, []).extend([where] if where else [])

    @property
    def lines(self) -> list[Code]:
        asked = [
            call("ops.refuse_data_loss", table, where=" OR ".join(conditions) or None)
            for table, conditions in self._lost.items()
        ]
        return [*asked, *(line for _, line in sorted(self._lines, key=lambda item: item[0]))]

    def made(self, one: Object, attributes: Mapping[str, object] | None = None) -> None:
        """The object is there now, with the named attributes instead of its own."""
        if attributes is not None:
            one = replace(one, attributes=attributes)  # type: ignore[arg-type]
        self.partial[one.key] = one

    def changed(self, key: Key, names: Iterable[str]) -> None:
        """These attributes of it are as they shall be."""
        self.partial[key] = with_attributes(self.partial[key], self.after.objects[key], names)

    def gone(self, key: Key) -> None:
        """It is dropped, and what hangs on it with it."""
        self.partial.pop(key, None)
        for one in list(self.partial.values()):
            if key in one.parents:
                self.gone(one.key)

    def is_new(self, table: str) -> bool:
        """Whether the table of this identity is created here."""
        return ("table", table) not in self.before.objects

    def is_gone(self, table: str) -> bool:
        return ("table", table) not in self.after.objects
