"""What a rule of a revision is, and what breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from migrator.lint.source import Source

Broken = tuple[int, str]
"""The line, and what is wrong there."""


@dataclass(frozen=True)
class Rule:
    """`demands` says what a revision that keeps the rule does, `hint` what to do about one that
    does not; `find` yields where it is broken."""

    id: str
    demands: str
    hint: str
    find: Callable[[Source], Iterator[Broken]]


@dataclass(frozen=True)
class Violation:
    """`path` is relative to the project's folder; `line` counts from 1."""

    path: str
    line: int
    rule: str
    message: str
    hint: str

    def __str__(self) -> str:
        """As editors and CI read it."""
        return f"{self.path}:{self.line}: {self.rule} {self.message}"
