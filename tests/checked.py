"""Copies of the project that tests may break, checked against the tests' own server."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from migrator.embedded import Server
from migrator.errors import Finding
from migrator.project import Project

ROOT = Path(__file__).parent.parent


def copy(folder: Path, server: Server) -> Project:
    """Copy what a check reads. The models are the ones that this process has imported already."""
    for name in ("migrations", "models", "sql", "versions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    place = f"embedded = {server.data_dir.parent}"
    ini = re.sub(r"^embedded = .*", place, (ROOT / "alembic.ini").read_text(), flags=re.MULTILINE)
    (folder / "alembic.ini").write_text(ini)
    return project_in(folder)


def project_in(folder: Path) -> Project:
    """Alembic reads revisions once: after an edit, a new project."""
    return Project.load(folder / "alembic.ini")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def said(find: Callable[[Project], list[Finding]], project: Project) -> str:
    """What a check finds in a project as its files are now, as it is printed."""
    return "\n".join(map(str, find(project_in(project.folder))))
