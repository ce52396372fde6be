"""The revision boundaries that faults are provoked between, built once."""

import pytest

from benchmarks.faults.boundaries import Boundaries
from migrator.embedded import Server


@pytest.fixture(scope="session")
def boundaries(server: Server) -> Boundaries:
    """A template at each boundary, with rows, and what each step makes of it undisturbed."""
    built = Boundaries(server)
    built.build()
    return built
