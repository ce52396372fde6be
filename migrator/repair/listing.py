"""The steps told by differences, so that the statements in that order are the repair."""

from dataclasses import dataclass

from migrator.catalog import Difference
from migrator.repair.step import Step


@dataclass(frozen=True)
class Repaired:
    """A difference with the steps that come next when it is its turn."""

    difference: Difference
    steps: tuple[Step, ...]

    @property
    def statements(self) -> list[str]:
        return [statement for step in self.steps for statement in step.statements]


def by_difference(found: list[Difference], steps: list[Step]) -> list[Repaired]:
    """Each step once, under the first difference that is not complete without it.

    Differences come in the order in which their last step comes; what nothing repairs comes last.
    Where the steps of two differences mix, one bears steps of the other.
    """
    ends = {one: at for at, step in enumerate(steps) for one in step.differences}
    complete = sorted((one for one in found if one in ends), key=lambda one: ends[one])
    listed, done = [], 0
    for one in complete:
        listed.append(Repaired(one, tuple(steps[done : ends[one] + 1])))
        done = max(done, ends[one] + 1)
    return listed + [Repaired(one, ()) for one in found if one not in ends]
