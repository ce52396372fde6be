"""`make rebase`: two branches that each added revisions become one line, or nothing changes."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from migrator import errors
from migrator.checks import history, sql
from migrator.embedded import Server
from migrator.project import Project
from migrator.rebase import rebase
from tests.checked import copy, edit, project_in
from tests.database import opened

TEXT = '''\
"""{title}.

For the branch of a colleague.
"""

from alembic import op

revision = "{id}"
down_revision = "{below}"


def upgrade() -> None:
    op.execute("{statement}")


def downgrade() -> None:
    op.execute("COMMENT ON TABLE tasks IS NULL")
'''
OTHER, OWN, NEWEST = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def add(project: Project, name: str, identity: str, below: str, statement: str = "") -> None:
    text = TEXT.format(
        title=name[14:-3].replace("_", " ").capitalize(),
        id=identity,
        below=below,
        statement=statement or f"COMMENT ON TABLE tasks IS '{identity}'",
    )
    (project.folder / "versions" / name).write_text(text)


@pytest.fixture
def branches(
    tmp_path: Path, server: Server, head_database: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Project, str]:
    """A project with the revisions of a colleague and two of one's own, and its former head."""
    monkeypatch.setenv("DATABASE_URL", head_database)
    project = copy(tmp_path, server)
    head = str(project.script.get_current_head())
    add(project, "20991231_1200_theirs.py", OTHER, head)
    add(project, "20991231_1100_ours.py", OWN, head)
    add(project, "20991231_1210_ours_too.py", NEWEST, OWN)
    return project_in(tmp_path), head


def files(folder: Path) -> dict[str, bytes]:
    names = [*folder.glob("versions/*.py"), *folder.glob("sql/*")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in names}


def test_the_newest_branch_is_put_on_top(branches: tuple[Project, str]) -> None:
    project, head = branches
    edit(project.folder / "sql" / "CHECKSUMS", "\n", "\n<<<<<<< HEAD\n")  # git's own mark
    done = rebase(project)
    assert (done.onto, done.before) == (OTHER, head)
    assert done.moved == [
        ("20991231_1100_ours.py", "20991231_1201_ours.py"),
        ("20991231_1210_ours_too.py", "20991231_1202_ours_too.py"),
    ]
    assert done.rendered == [
        "20991231_1200_theirs.down.sql",
        "20991231_1200_theirs.up.sql",
        "20991231_1201_ours.down.sql",
        "20991231_1201_ours.up.sql",
        "20991231_1202_ours_too.down.sql",
        "20991231_1202_ours_too.up.sql",
        "CHECKSUMS",
        "schema.sql",
    ]
    again = project_in(project.folder)
    assert history.find(again) == []
    assert sql.find(again) == []
    line = [one.revision for one in again.script.walk_revisions()]
    assert line[:4] == [NEWEST, OWN, OTHER, head]
    assert rebase(again).moved == []


def git(folder: Path, *arguments: str) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


def share(project: Project, *names: str) -> None:
    """Commit files of versions/ to a branch that everybody has."""
    git(project.folder, "init", "--quiet")
    git(project.folder, "add", *(f"versions/{name}" for name in names))
    git(project.folder, "commit", "--quiet", "--message", "shared")
    git(project.folder, "update-ref", "refs/remotes/origin/main", "HEAD")


def test_what_is_shared_stays(branches: tuple[Project, str]) -> None:
    project, head = branches
    share(project, "20991231_1100_ours.py", "20991231_1210_ours_too.py")
    done = rebase(project)
    assert (done.onto, done.before) == (NEWEST, head)
    assert done.moved == [("20991231_1200_theirs.py", "20991231_1211_theirs.py")]
    assert history.find(project_in(project.folder)) == []


def test_one_may_be_named(branches: tuple[Project, str]) -> None:
    project, _ = branches
    assert rebase(project, "aaaa").moved == [("20991231_1200_theirs.py", "20991231_1211_theirs.py")]


def _three(project: Project, head: str) -> str | None:
    add(project, "20991231_1300_third.py", "dddddddddddd", head)
    return None


def _unknown(_project: Project, _head: str) -> str | None:
    return "eeee"


def _both_shared(project: Project, _head: str) -> str | None:
    names = ["1200_theirs.py", "1100_ours.py", "1210_ours_too.py"]
    share(project, *(f"20991231_{name}" for name in names))
    return None


def _computed(project: Project, head: str) -> str | None:
    text = f'down_revision = str(\n    "{head}"\n)'
    edit(project.folder / "versions" / "20991231_1100_ours.py", f'down_revision = "{head}"', text)
    return None


def _in_conflict(project: Project, head: str) -> str | None:
    for name, identity in (("1200_theirs.py", OTHER), ("1100_ours.py", OWN)):
        statement = "ALTER TABLE tasks ADD COLUMN priority integer"
        add(project, f"20991231_{name}", identity, head, statement)
    return None


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (
            _three,
            "error: the revisions have 3 heads, and one can be put on top of one other\n"
            "detail: aaaaaaaaaaaa, cccccccccccc, dddddddddddd\n"
            "hint: merge one branch after the other, and make rebase after each",
        ),
        (
            _unknown,
            'error: "eeee" is none of the heads\n'
            "detail: aaaaaaaaaaaa, cccccccccccc\n"
            "hint: name the head of your own branch, or none",
        ),
        (
            _both_shared,
            "error: both branches are on the branch that everybody shares\n"
            "detail: heads: aaaaaaaaaaaa, cccccccccccc\n"
            "hint: name the one that no database has applied: make rebase OWN=<head>",
        ),
        (
            _computed,
            'error: "20991231_1100_ours.py" has no line that says which revision it follows\n'
            'hint: it needs a line down_revision = "<id>"',
        ),
        (
            _in_conflict,
            f'error: revision {OWN} ("20991231_1201_ours.py") does not run on a new database\n'
            'detail: column "priority" of relation "tasks" already exists\n'
            "hint: nothing of this revision was changed (42701)",
        ),
    ],
)
def test_refused_and_no_file_changed(
    branches: tuple[Project, str], prepare: Callable[[Project, str], str | None], said: str
) -> None:
    project, head = branches
    own = prepare(project, head)
    before = files(project.folder)
    with pytest.raises(errors.MigratorError) as raised:
        rebase(project_in(project.folder), own)
    assert str(raised.value) == said
    assert files(project.folder) == before


def test_a_database_that_has_an_own_revision(
    branches: tuple[Project, str], head_database: str
) -> None:
    project, head = branches
    with opened(head_database) as connection:
        project.config.attributes["connection"] = connection
        command.stamp(project.config, OWN)
    with pytest.raises(errors.Refused) as raised:
        rebase(project_in(project.folder))
    assert str(raised.value) == (
        f"error: this database has applied revision {OWN}, and would never get what is put below"
        f" it\nhint: make downgrade TO={head}, then make rebase, then make upgrade"
    )
