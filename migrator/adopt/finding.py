"""What an examination finds, and how it reads in a terminal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["block", "repair", "note"]

_LEVELS: tuple[Level, ...] = ("block", "repair", "note")
_LEAD = {
    "block": "run this, or decide otherwise, and examine again:",
    "repair": "adopt runs this:",
    "note": "nothing has to be done; if you want to:",
}
_INDENT = " " * 4


@dataclass(frozen=True)
class Finding:
    """One thing about the database: `block` is yours to repair, `repair` is adopt's, `note` stays.

    `code` names the kind for machines; `object` is the object's full name in PostgreSQL's spelling;
    `repair` are SQL statements or comments, each a text without its semicolon.
    """

    level: Level
    code: str
    object: str
    message: str
    detail: str | None = None
    repair: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.level}: {self.message}"]
        if self.detail:
            first, *others = self.detail.splitlines()
            lines += [f"detail: {first}", *(f"{_INDENT}{line}" for line in others)]
        if self.repair:
            lines.append(f"hint: {_LEAD[self.level]}")
            lines += [
                f"{_INDENT}{line}"
                for statement in self.repair
                for line in _terminated(statement).splitlines()
            ]
        return "\n".join(lines)


def _terminated(statement: str) -> str:
    return statement if statement.startswith("--") else f"{statement};"


def blocking(findings: Sequence[Finding]) -> list[Finding]:
    """Those that keep the database from being adopted."""
    return [one for one in findings if one.level == "block"]


def repairs(findings: Sequence[Finding]) -> list[str]:
    """The statements that adopt runs, in the order in which they work."""
    return [statement for one in findings if one.level == "repair" for statement in one.repair]


def render(findings: Sequence[Finding]) -> str:
    """All findings as plain text, those that block first, and a line that sums them up."""
    ordered = sorted(findings, key=lambda one: _LEVELS.index(one.level))
    return "\n\n".join([*map(str, ordered), summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """How many there are of each level, in one line."""
    count = Counter(one.level for one in findings)
    words = {
        "block": ("finding blocks", "findings block"),
        "repair": ("to be repaired by adopt", "to be repaired by adopt"),
        "note": ("note", "notes"),
    }
    parts = [f"{count[level]} {words[level][count[level] != 1]}" for level in _LEVELS]
    return ", ".join(parts)


def counted(n: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def block(code: str, name: str, message: str, *sql: str, detail: str | None = None) -> Finding:
    """Something that its owner has to decide on or to repair."""
    return Finding("block", code, name, message, detail, list(sql))


def repair(code: str, name: str, message: str, *sql: str, detail: str | None = None) -> Finding:
    """Something that adopt repairs, with exactly this SQL."""
    return Finding("repair", code, name, message, detail, list(sql))


def note(code: str, name: str, message: str, *sql: str, detail: str | None = None) -> Finding:
    """Something that stays as it is, and that is good to know."""
    return Finding("note", code, name, message, detail, list(sql))
