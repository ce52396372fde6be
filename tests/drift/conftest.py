"""The roles of the cases, on the session's server."""

import pytest

from migrator.embedded import Server
from tests.drift.judge import make_roles


@pytest.fixture(scope="session")
def judged(server: Server) -> Server:
    make_roles(server)
    return server
