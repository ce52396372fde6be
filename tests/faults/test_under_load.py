"""The load harness, small: what it finds must hold here too, except for how long things take."""

from collections.abc import Iterator

import pytest

from benchmarks.load.clients import DRIVERS
from benchmarks.load.holders import FOR_EVER
from benchmarks.load.run import Cell, Result, run
from benchmarks.load.stage import Stage, stage
from benchmarks.load.ways import WAYS


@pytest.fixture(scope="module")
def small() -> Iterator[Stage]:
    with stage(2000) as prepared:
        yield prepared


def result(small: Stage, way: str, driver: str, scenario: str) -> Result:
    cell = Cell(way, DRIVERS[driver], scenario, rate=60, hold=1.0, lock_wait=2.0, margin=0.5)
    return run(small, cell)


@pytest.mark.parametrize("way", list(WAYS))
def test_both_ways_end_in_the_same_schema_with_all_rows(small: Stage, way: str) -> None:
    found = result(small, way, "unprepared", "writer")
    assert found.wrong == []
    assert found.hold is not None
    assert found.hold.met is not None


def test_plan_names_the_columns_whose_prepared_statements_fail(small: Stage) -> None:
    assert small.named == ["public.tasks.created_at", "public.tasks.updated_at"]
    found = result(small, "make upgrade", "prepared", "quiet")
    assert found.wrong == []
    assert not found.failed(recycled=True)


def test_who_never_lets_go_is_named_and_nothing_is_changed(small: Stage) -> None:
    found = result(small, "make upgrade", "unprepared", FOR_EVER)
    assert found.wrong == []
    assert 'revision e41b7a90c6d8 could not lock \\"tasks\\"' in found.upgrade.said
    assert found.upgrade.exit_code == 1
    assert "holder: never lets go" in found.upgrade.said
