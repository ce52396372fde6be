"""A server that crashes under an upgrade. All rounds: make bench ARGS=race."""

from pathlib import Path
from random import Random

from benchmarks.faults.boundaries import Boundaries
from benchmarks.faults.restart import crash_during_upgrade
from benchmarks.race import undisturbed
from migrator import embedded


def test_the_same_command_goes_on_after_a_crash(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    boundaries = Boundaries(embedded.start(folder, durable=False))
    try:
        boundaries.build(1)
        start = boundaries.steps[0].end
        wanted, seconds = undisturbed(boundaries, start)
        random = Random(3)  # noqa: S311  nothing secret
        for _ in range(3):
            moment = random.uniform(0, seconds)
            _, wrong = crash_during_upgrade(boundaries, folder, start, moment, wanted)
            assert wrong == []
    finally:
        embedded.stop(folder)
