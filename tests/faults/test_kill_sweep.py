"""Struck half-way, the same command goes on to the same schema with all rows.

A share of the points, always the same; `make bench ARGS=kill_sweep` strikes at all of them.
"""

import pytest

from benchmarks.faults import midway, sweep
from benchmarks.faults.boundaries import Boundaries
from benchmarks.faults.sweep import KILL, TERMINATE, Point

EVERY = 25  # odd, so that both kinds of strike are among them


@pytest.fixture(scope="module")
def points(boundaries: Boundaries) -> list[Point]:
    return list(sweep.points(boundaries))


def test_every_step_has_points_of_both_kinds(boundaries: Boundaries, points: list[Point]) -> None:
    found = {(point.step, point.strike) for point in points}
    assert found == {(step, strike) for step in boundaries.steps for strike in (KILL, TERMINATE)}


def test_between_statements(boundaries: Boundaries, points: list[Point]) -> None:
    chosen = points[::EVERY]
    wrong = [line for point in chosen for line in sweep.strike(boundaries, point)]
    print(f"{len(chosen)} of the {len(points)} points")
    assert wrong == []


def test_in_the_middle_of_concurrent_builds_and_drops(
    boundaries: Boundaries, points: list[Point]
) -> None:
    inside = [point for point in points if point.waits]
    assert len(inside) == 2 * 2 * 5  # five indexes, built and dropped, each struck in two ways
    chosen = inside[::5]
    assert {(one.step.direction, one.strike) for one in chosen} == {
        (direction, strike)
        for direction in ("upgrade", "downgrade")
        for strike in (KILL, TERMINATE)
    }
    assert [line for point in chosen for line in midway.strike(boundaries, point)] == []


def test_a_step_that_is_not_finished_is_noticed(
    boundaries: Boundaries, points: list[Point]
) -> None:
    """The comparison can fail: one boundary is not the other."""
    step = points[0].step
    assert boundaries.states[step.start] - boundaries.ends[step] != []
