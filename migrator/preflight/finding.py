"""What a preflight finds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from migrator import errors

Level = Literal["refuse", "warn", "note"]

LEVELS: tuple[Level, ...] = ("refuse", "warn", "note")


@dataclass(frozen=True)
class Finding:
    """One thing about the database or the pending revisions.

    `refuse` keeps an upgrade from starting: it would fail, or harm. `warn` is worth a decision,
    `note` is good to know. `name` names the kind, in words joined by hyphens.
    """

    level: Level
    name: str
    message: str
    detail: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        lines = [f"{self.level}: {self.message} [{self.name}]"]
        parts = [("detail", self.detail), ("hint", self.hint)]
        lines += [f"{part}: {text}".replace("\n", "\n    ") for part, text in parts if text]
        return "\n".join(lines)


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Those that refuse first; within a level as they were found."""
    return sorted(findings, key=lambda one: LEVELS.index(one.level))


def refuse(findings: Sequence[Finding], skip: Collection[str] = ()) -> None:
    """Raise Refused with the findings that keep an upgrade from starting; `skip` holds names."""
    serious = [one for one in findings if one.level == "refuse" and one.name not in skip]
    if serious:
        raise errors.preflight_refused(serious)
