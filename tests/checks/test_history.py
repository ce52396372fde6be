"""The history as files: each way to break it, in its own words."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator import errors
from migrator.checks import check, history
from migrator.project import Project
from tests.checked import edit, said

OLDEST = "20261123_0900_create_phase_ii_tasks"
MIDDLE = "20261123_1000_prove_that_every_task_has_a_title"
NEWEST = "20261123_1130_keep_pages_off_the_purges_index"
HEADS = (
    "finding: the revisions have 2 heads: aaaaaaaaaaaa, e5d3907b1c46\n"
    "detail: two branches each added one\n"
    "hint: make rebase puts your own on top of the other, and renders sql/ again"
)
ORDER = "detail: the order of the names is the order of history\n"


def _branch(versions: Path) -> None:
    text = (versions / f"{NEWEST}.py").read_text().replace("e5d3907b1c46", "aaaaaaaaaaaa")
    (versions / "20261123_1140_another.py").write_text(text)


def _lose(versions: Path) -> None:
    (versions / f"{MIDDLE}.py").unlink()


def _copy(versions: Path) -> None:
    shutil.copy(versions / f"{NEWEST}.py", versions / "20261123_1140_copied.py")


def _second_base(versions: Path) -> None:
    edit(versions / f"{MIDDLE}.py", '"c7194ea2f05b"', "None")


def _circle(versions: Path) -> None:
    for name, identity, below in (("1140_b", "b", "c"), ("1150_c", "c", "b")):
        text = f'"""X."""\n\nrevision: str = "{identity}"\ndown_revision: str | None = "{below}"\n'
        (versions / f"20261123_{name}.py").write_text(text)


def _rename(versions: Path) -> None:
    (versions / f"{NEWEST}.py").rename(versions / "20261123_1115_index.py")


def _misname(versions: Path) -> None:
    (versions / f"{NEWEST}.py").rename(versions / "e5d3907b1c46_index.py")


def _no_id(versions: Path) -> None:
    (versions / "20261123_1140_empty.py").write_text('"""Nothing."""\n')


def _merge(versions: Path) -> None:
    edit(versions / f"{NEWEST}.py", '"8b26e0c94d71"', '("8b26e0c94d71", "4e8ac3d7106f")')


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (_branch, HEADS),
        (
            _lose,
            'finding: "20261123_1010_add_tags_and_due_date_to_tasks.py" follows revision '
            "2d6ab93f81e7, which does not exist\n"
            "detail: no database can be upgraded past that gap\n"
            "hint: restore the missing file, or set down_revision to the revision that it shall "
            "follow\n"
            "finding: the revisions have 2 heads: c7194ea2f05b, e5d3907b1c46\n"
            "detail: two branches each added one\n"
            "hint: make rebase puts your own on top of the other, and renders sql/ again",
        ),
        (
            _copy,
            "finding: 2 files are revision e5d3907b1c46\n"
            f"detail: {NEWEST}.py, 20261123_1140_copied.py\n"
            "hint: give the newest one an id of its own, of 12 hexadecimal digits",
        ),
        (
            _second_base,
            "finding: 2 revisions follow none\n"
            f"detail: {OLDEST}.py, {MIDDLE}.py\n"
            "hint: only the first of all has down_revision = None; set it in the others\n"
            "finding: the revisions have 2 heads: c7194ea2f05b, e5d3907b1c46\n"
            "detail: two branches each added one\n"
            "hint: make rebase puts your own on top of the other, and renders sql/ again",
        ),
        (
            _circle,
            "finding: 2 revisions follow each other in a circle\n"
            "detail: 20261123_1140_b.py, 20261123_1150_c.py\n"
            "hint: set down_revision of one of them to the head of the others",
        ),
        (
            _rename,
            'finding: "20261123_1115_index.py" follows '
            '"20261123_1120_let_roles_read_the_revision.py" '
            f"and is named as if it came before\n{ORDER}"
            "hint: give the file a later time, then make sql",
        ),
        (
            _misname,
            f'finding: "e5d3907b1c46_index.py" is not named as a revision\n{ORDER}'
            "hint: name it YYYYMMDD_HHMM_<slug>.py, as `make revision` does",
        ),
        (
            _no_id,
            'finding: "20261123_1140_empty.py" has no revision id\n'
            'hint: it needs a line revision = "<id>"',
        ),
        (
            _merge,
            "finding: revision e5d3907b1c46 merges two branches, which one step cannot undo\n"
            "hint: the history is linear by rule: give it one down_revision",
        ),
    ],
)
def test_a_broken_history_is_told_alone(
    checked: Project, break_it: Callable[[Path], None], expected: str
) -> None:
    assert history.find(checked) == []
    break_it(checked.folder / "versions")
    assert said(check, checked) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [("revision = (\n", "'(' was never closed (<unknown>, line 1)"), ("revision = str(1)\n", "")],
)
def test_a_file_that_is_no_revision(checked: Project, text: str, reason: str) -> None:
    (checked.folder / "versions" / "20261123_1140_odd.py").write_text(text)
    with pytest.raises(errors.MigratorError) as raised:
        history.find(checked)
    assert raised.value.message == '"20261123_1140_odd.py" cannot be read as a revision'
    assert reason in (raised.value.detail or "")
    assert raised.value.hint == (
        'it is Python with lines such as revision = "<id>" and down_revision = "<id>"'
    )
