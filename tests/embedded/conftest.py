"""Where the embedded PostgreSQL is made, and what is put into it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator import embedded
from migrator.sandbox import Seed


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a server may be made; not below pytest's folder, which only its owner can enter."""
    project = Path(tempfile.mkdtemp(prefix="embedded-"))
    project.chmod(0o755)
    yield project / ".postgres"
    embedded.stop(project / ".postgres")
    shutil.rmtree(project)


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    """Another program's table; its percent sign must not be taken for a parameter."""
    file = tmp_path / "seed.sql"
    file.write_text("CREATE TABLE public.\"user\" (id text PRIMARY KEY, name text DEFAULT '100%');")
    return Seed(file, "better_auth", ("user",))
