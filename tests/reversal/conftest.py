"""A place for throwaway databases, and one process for the steps of all projects."""

from collections.abc import Iterator

import pytest

from migrator.embedded import Server
from migrator.review.reversal import Place, worker
from migrator.review.reversal.steps import Worker


@pytest.fixture(scope="session")
def place(server: Server) -> Place:
    """The test server, as its superuser."""
    return Place(server.url())


@pytest.fixture(scope="session")
def steps() -> Iterator[Worker]:
    """Runs the steps."""
    with worker() as running:
        yield running
