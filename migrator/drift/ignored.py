"""drift.toml: differences that are there on purpose, each by name and with its reason.

[[ignore]]
object = "index public.ix_reports"
attribute = "options"               # only this one; without it the object as a whole
reason = "the reporting team's, until their own database is there (OPS-311)"
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator import errors
from migrator.catalog import Difference

_KEYS = frozenset({"object", "attribute", "reason"})


@dataclass(frozen=True)
class Entry:
    object: str
    """Kind and name, as `migrator drift` prints them: "table column public.tasks.title"."""
    reason: str
    attribute: str | None = None

    @property
    def name(self) -> str:
        return f"{self.object}: {self.attribute}" if self.attribute else self.object

    def covers(self, one: Difference) -> bool:
        same = self.object == f"{one.kind} {one.object}"
        return same and self.attribute in {None, one.attribute}


def entries(path: Path) -> list[Entry]:
    """None without the file. Raises MigratorError for an entry without an object or a reason."""
    if not path.is_file():
        return []
    try:
        listed = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise errors.not_toml(path, str(error)) from error
    found = listed.get("ignore", [])
    return [_entry(path, number, one) for number, one in enumerate(found, 1)]


def _entry(path: Path, number: int, one: dict[str, Any]) -> Entry:
    unknown = sorted(one.keys() - _KEYS)
    if unknown:
        raise errors.bad_entry(path, number, f'has an unknown key "{unknown[0]}"')
    for key in ("object", "reason"):
        if not str(one.get(key, "")).strip():
            raise errors.bad_entry(path, number, f"has no {key}")
    return Entry(one["object"], one["reason"], one.get("attribute"))
