"""One case, rehearsed and held against its truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.review.reversal import Given, Loss, Place, Reversal, reverse
from migrator.review.reversal.steps import Worker
from tests.reversal.projects import Expected, project, truth


@dataclass(frozen=True)
class Outcome:
    """What was found, `missing` of what was to be found, and alarms about what comes back."""

    reversal: Reversal
    verdict: str
    missing: Sequence[Expected]

    @property
    def right(self) -> bool:
        """Whether it is the verdict, and everything that is lost has been named."""
        return self.reversal.verdict == self.verdict and not self.missing

    @property
    def alarms(self) -> list[str]:
        """Findings about a revision of which everything comes back."""
        if self.verdict != "reversible":
            return []
        return [f.message for f in self.reversal.findings if f.severity != "note"]


def judge(case: Path, folder: Path, place: Place, worker: Worker, *, given: bool) -> Outcome:
    """Rehearse with the case's own rows, or with none given."""
    rows = Given()
    if given:
        new = case / "seed2.sql"
        rows = Given(case / "seed.sql", new if new.exists() else None)
    found = reverse(project(case, folder), "0001", "0002", place=place, worker=worker, given=rows)
    known = truth(case)
    missing = [one for one in known.expected if not any(_is(one, loss) for loss in found.losses)]
    return Outcome(found, known.verdict, missing)


def _is(expected: Expected, loss: Loss) -> bool:
    name = loss.table.rpartition(".")[2].partition("(")[0].strip('"')
    return (expected.what, expected.table) == (loss.what, name) and (
        expected.column in (None, loss.column)
    )
