"""Revisions that a squash has replaced: kept for the databases that are still among them.

They stand in `squashed/` beside the revisions, from the first one to the one that was squashed up
to. The revision that replaces them has the id of that last one, so a database that is there, or
further on, notices nothing; one that is still on its way goes the old way.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap

FOLDER = "squashed"


def folders(script: ScriptDirectory) -> list[Path]:
    """Where they stand: one folder for each place of revisions that has any."""
    # Alembic has no public name for all of the places.
    found = [Path(location) / FOLDER for location in script._version_locations]
    return [folder for folder in found if folder.is_dir()]


def files(script: ScriptDirectory) -> list[Path]:
    """Their files, in the order of their names."""
    return sorted(path for folder in folders(script) for path in folder.glob("*.py"))


def follow(script: ScriptDirectory, *revisions: str | None) -> None:
    """Let `script` go the old way, if one of the revisions is to be found only there.

    `revisions` are ids, or what a command line takes for one.
    """
    if not files(script):
        return
    known = {one.revision for one in _short(script)}
    old = {one.revision for one in _old(script)}
    if any(_means(name, old - known) for name in revisions if name):
        go_old_way(script)


def follow_back(script: ScriptDirectory, stamped: str | None, target: str) -> None:
    """The same for a way down: step by step as it was, unless everything goes."""
    if target == "base":
        follow(script, stamped)
    else:
        go_old_way(script)


def go_old_way(script: ScriptDirectory) -> None:
    """Let `script` see the old revisions in the place of the one that replaces them."""
    if files(script):
        script.revision_map = RevisionMap(partial(_long, script))


def replacing(script: ScriptDirectory) -> Iterator[Script]:
    """The revisions that stand for squashed ones, under the id of the last of them."""
    old = {one.revision for one in _old(script)}
    yield from (one for one in _short(script) if one.revision in old)


def _means(name: str, revisions: set[str]) -> bool:
    """A part of an id will do from four letters on, as Alembic has it."""
    return any(one == name or (len(name) >= 4 and one.startswith(name)) for one in revisions)


def _short(script: ScriptDirectory) -> Iterator[Script]:
    return script._load_revisions()


def _old(script: ScriptDirectory) -> Iterator[Script]:
    for path in files(script):
        found = Script._from_path(script, path)
        if found is not None:
            yield found


def _long(script: ScriptDirectory) -> Iterator[Script]:
    old = list(_old(script))
    yield from old
    ids = {one.revision for one in old}
    yield from (one for one in _short(script) if one.revision not in ids)
