"""What a review finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One hazard that was seen to happen.

    `rule` is the id of a rule, `statement` the 0-based index of the top-level statement (None when
    it is about the whole), `message` one line with names and numbers, `evidence` what was measured
    (JSON values), `safe` the safe form as runnable code with the user's own names. `acknowledged`
    is the reason that the revision gives for it, None without one; `downgrade`: its downgrade does
    it.
    """

    rule: str
    severity: Severity
    statement: int | None
    message: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    safe: str | None = None
    revision: str | None = None
    file: str | None = None
    line: int | None = None
    acknowledged: str | None = None
    downgrade: bool = False
