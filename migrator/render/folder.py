"""sql/ as a whole: rendered, written, and compared with what is committed."""

from pathlib import Path

from migrator.project import Project
from migrator.render import checksums, measured
from migrator.render.revision import DIRECTIONS, file_name, render_revision
from migrator.render.schema import NAME as SCHEMA
from migrator.render.schema import render_schema


def render(project: Project) -> dict[str, str]:
    """File name to text, in the order of history. Uses a sandbox of the embedded server."""
    known = measured.current(project)
    rendered = {
        file_name(script, direction): render_revision(
            project, script, direction, known.get(script.revision)
        )
        for script in reversed(list(project.script.walk_revisions()))
        for direction in DIRECTIONS
    }
    rendered[SCHEMA] = render_schema(project)
    return rendered | {checksums.NAME: checksums.checksums(project, rendered)}


def write(project: Project) -> list[str]:
    """Bring sql/ up to date, each file at once or not at all. Returns the names of what changed."""
    folder = project.path("sql_location")
    folder.mkdir(exist_ok=True)
    rendered = render(project)
    changed = _differing(folder, rendered)
    for name in changed:
        if name not in rendered:
            (folder / name).unlink()
            continue
        new = folder / f".{name}.new"
        new.write_text(rendered[name], encoding="utf-8", newline="\n")
        new.replace(folder / name)
    return changed


def stale(project: Project) -> list[str]:
    """The names of the files of sql/ that `write` would change, add or remove."""
    return _differing(project.path("sql_location"), render(project))


def _differing(folder: Path, rendered: dict[str, str]) -> list[str]:
    found = {path.name: path.read_bytes() for path in _generated(folder)}
    wanted = {name: text.encode() for name, text in rendered.items()}
    return sorted(name for name in found | wanted if found.get(name) != wanted.get(name))


def _generated(folder: Path) -> list[Path]:
    """What may be removed: what somebody put there under another kind of name is left alone."""
    return [*folder.glob("*.sql"), *folder.glob(checksums.NAME)]
