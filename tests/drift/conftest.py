"""The roles of the cases on the session's server, and a server of the oldest release."""

from collections.abc import Iterator

import pytest

from migrator import embedded
from migrator.embedded import Server
from tests.drift.judge import make_roles
from tests.servers import installations

OLDEST = 15


@pytest.fixture(scope="session")
def judged(server: Server) -> Server:
    make_roles(server)
    return server


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    programs = installations()
    if OLDEST not in programs:
        pytest.skip("PostgreSQL 15 is not on this machine")
    folder = tmp_path_factory.mktemp("oldest")
    yield embedded.start(folder, durable=False, bin_dir=programs[OLDEST])
    embedded.stop(folder)
