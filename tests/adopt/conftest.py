"""A Phase II database for each test, and what the revisions make, built once."""

from collections.abc import Callable

import pytest

from migrator.adopt.shapes import Shapes, build
from tests.adopt.databases import phase_2
from tests.conftest import make_project


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    """The repository's baseline and head."""
    return build(make_project("postgresql://nobody@/nowhere"))


@pytest.fixture
def phase_2_database(auth_database: str, admin_url: Callable[[str], str]) -> str:
    """The address of a Phase II database with two users and three tasks, times without a zone."""
    phase_2(auth_database, admin_url(auth_database), "naive_timestamps")
    return auth_database
