"""Many at once: each waits for its turn, and nobody sees an error. All: make bench ARGS=race."""

from benchmarks.faults import race
from benchmarks.faults.boundaries import Boundaries
from benchmarks.race import undisturbed


def test_eight_upgrades_at_once(boundaries: Boundaries) -> None:
    start = boundaries.steps[0].end
    wanted, _ = undisturbed(boundaries, start)
    assert race.upgrades(boundaries, start, wanted) == []


def test_eight_upgrades_of_a_new_database(boundaries: Boundaries) -> None:
    wanted, _ = undisturbed(boundaries, None)
    assert race.upgrades(boundaries, None, wanted) == []


def test_upgrades_against_downgrades(boundaries: Boundaries) -> None:
    assert race.up_and_down(boundaries) == []
