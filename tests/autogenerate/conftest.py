"""The small project of these tests: made once, copied for each."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from migrator.embedded import Server
from tests.autogenerate.lab import Lab, copy_of, make_template

Copies = Callable[[], AbstractContextManager[Lab]]


@pytest.fixture(autouse=True)
def _search_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))  # Alembic adds the folder of each project


@pytest.fixture(scope="session")
def copies(server: Server, auth_template: str, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Makes a copy of the small world: a project, and a database at its head."""
    folder = tmp_path_factory.mktemp("world")
    make_template(folder, server)

    def copy() -> AbstractContextManager[Lab]:
        return copy_of(folder, tmp_path_factory.mktemp("walk") / "project", server)

    return copy


@pytest.fixture
def lab(copies: Copies) -> Iterator[Lab]:
    with copies() as made:
        yield made
