"""The revisions as files: one line of history, in the order of their names.

Read without running them: Alembic itself stops at the first thing that is wrong.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from migrator import errors
from migrator.errors import Finding
from migrator.project import Project

_NAME = re.compile(r"\d{8}_\d{4}_[a-z0-9_]+\.py")


@dataclass(frozen=True)
class Revision:
    """What a file says of itself."""

    name: str
    id: object
    below: object


def find(project: Project) -> list[Finding]:
    """What keeps the revisions from being one line, or their names from telling its order."""
    revisions = [_read(path) for path in project.revision_files()]
    return list(_each(revisions)) or list(_together(revisions)) or list(_in_order(revisions))


def _read(path: Path) -> Revision:
    """Raises MigratorError for a file that is no Python, or computes its id."""
    try:
        return Revision(path.name, *_said(path.read_text(encoding="utf-8")))
    except (SyntaxError, ValueError) as error:
        raise errors.revision_not_readable(path.name, error) from error


def _said(text: str) -> tuple[object, object]:
    said: dict[str, object] = {}
    for node in ast.parse(text).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
            value = getattr(node, "value", None)
            said[target.id] = ast.literal_eval(value) if value else None
    return said.get("revision"), said.get("down_revision")


def _each(revisions: list[Revision]) -> Iterator[Finding]:
    names = defaultdict(list)
    for one in revisions:
        names[one.id].append(one.name)
        if not _NAME.fullmatch(one.name):
            yield errors.not_a_revision_name(one.name)
        if not isinstance(one.id, str):
            yield errors.no_revision_id(one.name)
        if isinstance(one.below, tuple | list):
            yield Finding.of(errors.merge_revision(str(one.id)))
    for identity, twice in names.items():
        if len(twice) > 1 and isinstance(identity, str):
            yield errors.same_revision_id(identity, twice)


def _together(revisions: list[Revision]) -> Iterator[Finding]:
    known = {one.id for one in revisions}
    for one in revisions:
        if one.below is not None and one.below not in known:
            yield errors.follows_nothing(one.name, str(one.below))
    bases = [one.name for one in revisions if one.below is None]
    if len(bases) > 1:
        yield errors.several_bases(bases)
    heads = [str(one.id) for one in revisions if one.id not in {two.below for two in revisions}]
    if len(heads) > 1:
        yield Finding.of(errors.several_heads(heads))


def _in_order(revisions: list[Revision]) -> Iterator[Finding]:
    above = {one.below: one for one in revisions}
    line: list[Revision] = []
    while (following := above.get(line[-1].id if line else None)) is not None:
        line.append(following)
    if len(line) < len(revisions):
        yield errors.circle([one.name for one in revisions if one not in line])
    for older, newer in pairwise(line):
        if newer.name <= older.name:
            yield errors.out_of_order(newer.name, older.name)
