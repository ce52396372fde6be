"""A bad revision of each kind on top of our own chain is found, in words to act on."""

import sys
import tomllib
from pathlib import Path
from textwrap import indent

import pytest

from migrator.embedded import Server
from migrator.project import Project
from migrator.review.outputs import terminal
from migrator.review.outputs.about import about
from migrator.review.place import place
from migrator.review.review import Review, review
from migrator.review.revisions import Source, rehearse_revisions
from tests.checked import ROOT, copy

BAD = tomllib.loads(Path(__file__).with_name("bad_revisions.toml").read_text())

ROWS = 1200  # more than the thousand below which a table counts as small

REVISION = '''\
"""{title}."""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "{revision}"
down_revision = "{below}"


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


@pytest.fixture
def chain(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A scratch copy of the project with the bad revisions one above the other."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # Alembic adds the folder of each project
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the process that runs the revisions
    project = copy(tmp_path, server)
    below = project.script.get_current_head()
    for number, (title, bad) in enumerate(BAD.items()):
        revision = f"bad{number:09}"
        (tmp_path / "versions" / f"20991231_{number:04}_bad.py").write_text(
            REVISION.format(
                title=title,
                revision=revision,
                below=below,
                upgrade=indent(bad["upgrade"], "    "),
                downgrade=indent(bad["downgrade"], "    "),
            )
        )
        below = revision
    return project


def rehearsed(project: Project) -> Review:
    ini = project.folder / "alembic.ini"
    head = project.script.get_current_head() or ""
    source = Source(ROWS)
    with place(ini) as where:
        runs = rehearse_revisions(ini, head, "head", where, source, downgrades=False)
    return review(runs, ROWS, dialect="ops")


def test_each_is_found_and_says_what_to_do(chain: Project) -> None:
    done = rehearsed(chain)
    titles = {f"bad{number:09}": title for number, title in enumerate(BAD)}
    said: dict[str, dict[str, str]] = {title: {} for title in BAD}
    for one in done.findings:
        if one.severity != "note":
            said[titles[one.revision or ""]][one.rule] = one.message
    assert said == {title: bad["says"] for title, bad in BAD.items()}
    told = terminal(done)
    for one in done.blocking:
        assert f"{one.severity}: {one.rule}  versions/20991231_" in told
        assert about(one.rule).instead.split(";")[0][:40] in told
