"""What going back and forth came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from migrator.review.finding import Finding
from migrator.rows import Unfilled

Verdict = Literal["reversible", "lossy", "incomplete", "fails", "irreversible-declared", "unknown"]
"""In words: nothing lost · rows or values lost · the schema is not as before · a step fails · the
revision says so itself · the upgrade took no row that was tried, so that nothing was seen."""

Phase = Literal["upgrade", "downgrade", "upgrade again", "downgrade over new rows"]


@dataclass(frozen=True)
class Loss:
    """One thing that did not come back.

    `rule` is the id of a rule, `what` it in a word (`rows_lost`, `index_missing`), `table` a full
    name, or that of another object of the schema; `count` rows of it, None for a schema.
    """

    rule: str
    what: str
    table: str
    column: str | None
    count: int | None
    phase: Phase
    detail: str


@dataclass(frozen=True)
class Reversal:
    """One revision, upgraded, downgraded and upgraded again over `rows` rows by table.

    Of the `unfilled` tables nothing is known: no rows could be generated for them.
    """

    revision: str
    verdict: Verdict
    losses: Sequence[Loss]
    findings: Sequence[Finding]
    rows: Mapping[str, int]
    unfilled: Sequence[Unfilled] = ()
