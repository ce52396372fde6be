"""A copy of the project that tests of checks may break."""

import sys
from pathlib import Path

import pytest

from migrator.embedded import Server
from migrator.project import Project
from tests.checked import copy


@pytest.fixture
def checked(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Exactly as it is in the repository."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # Alembic adds the folder of each project
    return copy(tmp_path, server)
