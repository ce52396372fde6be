"""sql/CHECKSUMS: what each revision was when its SQL was rendered.

One line a file, in the order of history, as `sha256sum` writes them: `sha256sum --check
sql/CHECKSUMS` in the project's folder says the same as `make check`. Two branches that each add a
revision add lines at the same place, and so conflict in git instead of in production.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from migrator import squashed
from migrator.project import Project

NAME = "CHECKSUMS"


def history(project: Project) -> list[Path]:
    """The files of the revisions, oldest first; before them those that were squashed."""
    line = [Path(script.path) for script in reversed(list(project.script.walk_revisions()))]
    return [*squashed.files(project.script), *line]


def checksums(project: Project, rendered: Mapping[str, str]) -> str:
    """The text of CHECKSUMS for the revisions as they are and the files as they are rendered."""
    folder, rest = project.path("sql_location"), dict(rendered)
    files: list[tuple[Path, bytes]] = []
    for path in history(project):
        files.append((path, path.read_bytes()))
        names = [name for name in rest if name.startswith(f"{path.stem}.")]
        files += [(folder / name, rest.pop(name).encode()) for name in names]
    files += [(folder / name, text.encode()) for name, text in rest.items()]
    return "".join(f"{digest(content)}  {project.relative(path)}\n" for path, content in files)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def committed(project: Project) -> dict[str, str]:
    """Path of each file, relative to the project's folder, to its sum; empty without CHECKSUMS."""
    path = project.path("sql_location") / NAME
    if not path.is_file():
        return {}
    pairs = (row.split(maxsplit=1) for row in path.read_text().splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
