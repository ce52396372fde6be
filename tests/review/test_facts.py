"""What was measured: from a review to sql/MEASURED.json, to the heads of sql/, to `make check`."""

import sys
from pathlib import Path

import pytest

from migrator import errors, render
from migrator.checks import measured as check
from migrator.embedded import Server
from migrator.project import Project
from migrator.render import measured
from migrator.review.acknowledged import acknowledged, with_acknowledged
from migrator.review.facts import facts
from migrator.review.review import Review
from migrator.review.storing import digests, store, unmeasured
from tests.checked import copy, edit, project_in, said
from tests.review.reviews import BACK, DOWN, REVIEW, UP

NEWEST = "versions/20261123_1130_keep_pages_off_the_purges_index.py"
HEAD = "e5d3907b1c46"


@pytest.fixture
def project(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy that tests may change."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # Alembic adds the folder of each project
    return copy(tmp_path, server)


def up(project: Project) -> list[str]:
    """The head of the newest revision's SQL, without what it says of the revision itself."""
    path = project.folder / "sql" / f"{Path(NEWEST).stem}.up.sql"
    return path.read_text().split("\n\n")[1].splitlines()


def test_the_head_of_an_upgrade() -> None:
    known = facts(REVIEW, {"aaaaaaaaaaaa": "0" * 64})["aaaaaaaaaaaa"]
    assert measured.head(known, "upgrade") == [
        "Measured on PostgreSQL 18.6 with 100,000 rows in each table:",
        "    locks     ACCESS EXCLUSIVE on tasks 890 ms; SHARE on tasks 3.2 s; "
        "ROW SHARE on users 890 ms",
        "    rewrites  tasks, pk_tasks",
        "    reads     200,000 rows of tasks",
        "    writes    12 rows of tasks",
        "    waits     an INSERT of tasks for 2.2 s",
        "    growth    with the rows: rows read of tasks, time, bytes copied",
        "    undoing   lossy: rows lost: tasks (1,200) after the downgrade",
    ]


def test_the_head_of_a_downgrade() -> None:
    known = facts(REVIEW, {"aaaaaaaaaaaa": "0" * 64})["aaaaaaaaaaaa"]
    assert measured.head(known, "downgrade") == [
        "Measured on PostgreSQL 18.6 with 100,000 rows in each table:",
        "    locks     ACCESS EXCLUSIVE on tasks 4 ms",
        "    rewrites  nothing",
        "    reads     nothing",
        "    undoing   lossy: rows lost: tasks (1,200) after the downgrade",
    ]


def test_of_what_was_not_rehearsed_the_head_says_so() -> None:
    assert measured.head(None, "upgrade") == ["not rehearsed: make review"]


def test_every_revision_of_ours_was_rehearsed(project: Project) -> None:
    assert unmeasured(project) is None
    assert check.find(project) == []


def test_an_edited_revision_is_to_be_rehearsed_again(project: Project) -> None:
    edit(project.folder / NEWEST, "def upgrade", "# later\ndef upgrade")
    assert said(check.find, project) == (
        f'finding: "{NEWEST}" was edited after its rehearsal\n'
        "detail: which locks it takes, and what it rewrites and loses, is not known\n"
        "hint: run `make review` and commit what it writes into sql/"
    )
    again = project_in(project.folder)
    render.write(again)
    assert up(again) == ["-- not rehearsed: make review"]
    assert unmeasured(again) == f"8b26e0c94d71..{HEAD}"


def test_what_is_stored_is_rendered_and_makes_check_content(project: Project) -> None:
    edit(project.folder / NEWEST, "def upgrade", "# later\ndef upgrade")
    again = project_in(project.folder)
    names = {"revision": HEAD}
    runs = tuple(type(run)(**{**vars(run), **names}) for run in (UP, DOWN))
    done = Review(100_000, runs, (), {HEAD: BACK})
    written = store(again, done, digests(again))
    assert written[0] == "MEASURED.json"
    assert f"{Path(NEWEST).stem}.up.sql" in written
    assert up(again)[0] == "-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:"
    assert check.find(project_in(project.folder)) == []
    assert render.stale(project_in(project.folder)) == []


def test_a_revision_that_never_was_rehearsed(project: Project) -> None:
    (project.folder / "sql" / "MEASURED.json").unlink()
    found = check.find(project_in(project.folder))
    assert [one.message for one in found][-1] == f'"{NEWEST}" was never rehearsed'
    assert len(found) == len(list((project.folder / "versions").glob("*.py")))
    assert unmeasured(project_in(project.folder)) == f"base..{HEAD}"


# What is accepted of revisions that may not be edited


def test_reasons_of_the_file_stand_behind_those_of_the_revision(project: Project) -> None:
    path = project.folder / "versions" / "acknowledged.toml"
    path.write_text(f'[{HEAD}]\ndrop-table = "unused"\nrename-table = "by nobody"\n')
    told = acknowledged(project.folder / "alembic.ini")
    assert told == {HEAD: {"drop-table": "unused", "rename-table": "by nobody"}}
    own = {"revision": HEAD, "acknowledge": {"drop-table": "its own"}}
    [run] = with_acknowledged([type(UP)(**{**vars(UP), **own})], told)
    assert run.acknowledge == {"drop-table": "its own", "rename-table": "by nobody"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[x]\na = "b"', 'error: "acknowledged.toml" speaks of revision "x", which there is not'),
        (
            "[x",
            "error: \"acknowledged.toml\" could not be read: Expected ']' at the end of a table",
        ),
        ("x = 1", 'error: "acknowledged.toml" could not be read: "x" is no table of reasons'),
    ],
)
def test_a_file_of_reasons_that_is_wrong(project: Project, text: str, message: str) -> None:
    (project.folder / "versions" / "acknowledged.toml").write_text(text)
    with pytest.raises(errors.MigratorError) as raised:
        acknowledged(project.folder / "alembic.ini")
    assert str(raised.value).startswith(message)
