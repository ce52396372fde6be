"""Two branches each added revisions: put your own on top of the others', and render sql/ again.

Only files are changed, and all of them or none. What somebody else may have applied already is
left alone: the other branch, and whatever the branch that everybody shares has.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.script import Script

from migrator import errors, render
from migrator.project import Project
from migrator.runner import current

SHARED = ("origin/HEAD", "origin/main", "origin/master")
"""Where a revision that everybody has would be found, if the project is a git repository."""

_STAMP = re.compile(r"(\d{8}_\d{4})_")
_FORMAT = "%Y%m%d_%H%M"
_BELOW = re.compile(r"^(down_revision\b[^=\n]*=\s*)(['\"])[^'\"\n]*\2", re.MULTILINE)


@dataclass(frozen=True)
class Rebased:
    """`moved` are the own revisions, oldest first: file names before and after.

    `onto` is the revision that the first of them follows now, `before` the one that it followed;
    `rendered` are the files of sql/ that changed. Nothing moved: there was one head.
    """

    onto: str | None
    before: str | None
    moved: list[tuple[str, str]]
    rendered: list[str]


def rebase(project: Project, own: str | None = None) -> Rebased:
    """Put the branch of head `own` on top of the other one.

    `own` is told by git where only one of the two is not shared yet, and otherwise is the one with
    the newest file name. Raises MigratorError where there are more than two heads, where the own
    branch is shared or applied already, and where it does not run on top of the other: then no
    file is changed.
    """
    heads = list(project.script.get_heads())
    if len(heads) < 2:
        return Rebased(None, None, [], [])
    if len(heads) > 2:
        raise errors.too_many_heads(heads)
    branches = {head: _alone(project, head, heads) for head in heads}
    chosen = _own(project, branches, own)
    mine = branches[chosen]
    onto = next(head for head in heads if head != chosen)
    _refuse_applied(project, mine)
    with _all_or_nothing(mine) as write:
        moved = write(Path(project.script.get_revision(onto).path), onto)
        again = Project.load(project.folder / "alembic.ini")
        rendered = render.write(again)
    return Rebased(onto, _below(mine[0]), moved, rendered)


def _alone(project: Project, head: str, heads: list[str]) -> list[Script]:
    """The revisions that only this head has, oldest first."""
    line = {
        one: [s.revision for s in project.script.iterate_revisions(one, "base")] for one in heads
    }
    others = {revision for one in heads if one != head for revision in line[one]}
    return [
        project.script.get_revision(revision)
        for revision in reversed(line[head])
        if revision not in others
    ]


def _own(project: Project, branches: dict[str, list[Script]], named: str | None) -> str:
    if named is not None:
        found = [head for head in branches if head.startswith(named)]
        if len(found) != 1:
            raise errors.not_a_head(named, list(branches))
        return found[0]
    shared = _shared_files(project)
    unshared = [
        head for head, line in branches.items() if not shared & {Path(s.path).name for s in line}
    ]
    if shared and not unshared:
        raise errors.both_shared(list(branches))
    candidates = unshared or list(branches)
    return max(candidates, key=lambda head: Path(branches[head][-1].path).name)


def _shared_files(project: Project) -> set[str]:
    """Names of the revision files on the branch that everybody shares; empty where git has none."""
    for reference in SHARED:
        listed = subprocess.run(
            ["git", "ls-tree", "-r", "--name-only", reference, "--", "."],
            cwd=project.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if listed.returncode == 0:
            return {Path(line).name for line in listed.stdout.splitlines() if line.endswith(".py")}
    return set()


def _refuse_applied(project: Project, mine: list[Script]) -> None:
    """A database that is at an own revision would never get those that are put below it."""
    with project.connect() as connection:
        at = current(connection)
    if at in {script.revision for script in mine}:
        raise errors.own_is_applied(str(at), _below(mine[0]))


def _below(script: Script) -> str:
    below = script.down_revision
    return below if isinstance(below, str) else "base"


class _Files:
    """The own files: written anew, and put back when something fails."""

    def __init__(self, mine: list[Script]) -> None:
        self._mine = mine
        self._before = {Path(s.path): Path(s.path).read_text(encoding="utf-8") for s in mine}
        self._written: list[Path] = []

    def write(self, newest: Path, onto: str) -> list[tuple[str, str]]:
        """Let the first follow `onto`, and give all a name later than `newest`."""
        moved, names = [], _later(newest, [Path(script.path) for script in self._mine])
        for script, path in zip(self._mine, names, strict=True):
            text = self._before[Path(script.path)]
            if script is self._mine[0]:
                text, count = _BELOW.subn(rf"\g<1>\g<2>{onto}\g<2>", text, count=1)
                if not count:
                    raise errors.no_down_revision(Path(script.path).name)
            Path(script.path).unlink()
            self._written.append(path)
            path.write_text(text, encoding="utf-8")
            moved.append((Path(script.path).name, path.name))
        return moved

    def restore(self) -> None:
        for path in self._written:
            path.unlink(missing_ok=True)
        for path, text in self._before.items():
            path.write_text(text, encoding="utf-8")


@contextmanager
def _all_or_nothing(mine: list[Script]) -> Iterator[Callable[[Path, str], list[tuple[str, str]]]]:
    files = _Files(mine)
    try:
        yield files.write
    except BaseException:  # an interruption, too, leaves the files as they were
        files.restore()
        raise


def _later(newest: Path, paths: list[Path]) -> list[Path]:
    """Names after `newest`, a minute apart; those that are later already stay as they are."""
    found = _STAMP.match(newest.name)
    if found is None or all(path.name > newest.name for path in paths):
        return paths
    last = datetime.strptime(found[1], _FORMAT).replace(tzinfo=UTC)
    start = max(datetime.now(UTC).replace(second=0, microsecond=0), last + timedelta(minutes=1))
    return [
        path.with_name(f"{start + timedelta(minutes=n):{_FORMAT}}_{_STAMP.sub('', path.name)}")
        for n, path in enumerate(paths)
    ]
