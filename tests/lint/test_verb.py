"""`migrator lint`: lines that an editor can jump to, for all revisions or those that are named."""

import json
from pathlib import Path

import pytest

from migrator.checks import revisions
from migrator.embedded import Server
from migrator.lint import RULES
from migrator.project import Project
from tests.checked import ROOT, copy, edit, said
from tests.test_cli import migrator

NOBODY = "postgresql://nobody@127.0.0.1:1/none"  # lint asks no database
CLEAN = "versions/20261123_1030_create_conversations.py"
EDITED = "versions/20261123_1010_add_tags_and_due_date_to_tasks.py"
BROKEN = (
    f'{EDITED}:24: refuse-data-loss op.drop_column destroys "tasks.tags" without refusing first'
)


@pytest.fixture
def broken(tmp_path: Path, server: Server) -> Project:
    project = copy(tmp_path, server)
    path = tmp_path / EDITED
    lines = path.read_text().splitlines()
    drop = '    op.drop_column("tasks", "tags")'
    path.write_text("\n".join([*lines[:-1], drop, ""]))
    edit(path, "import sqlalchemy as sa\n", "import sqlalchemy as sa\nfrom alembic import op\n")
    return project


def test_ours_keep_the_rules() -> None:
    done = migrator(NOBODY, "lint")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_line_for_each(broken: Project) -> None:
    line = len((broken.folder / EDITED).read_text().splitlines())
    told = BROKEN.replace(":24:", f":{line}:")
    done = migrator(NOBODY, "lint", cwd=broken.folder)
    assert (done.returncode, done.stdout, done.stderr) == (1, f"{told}\n", "")
    assert migrator(NOBODY, "lint", CLEAN, cwd=broken.folder).returncode == 0
    found = json.loads(migrator(NOBODY, "lint", EDITED, "--json", cwd=broken.folder).stdout)
    assert [(one["path"], one["line"], one["rule"]) for one in found] == [
        (EDITED, line, "refuse-data-loss")
    ]
    assert said(revisions.find, broken) == (
        f"finding: {told}\n"
        'hint: ops.refuse_data_loss("<table>") before it, with where= for rows that hold something'
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    done = migrator(NOBODY, "lint", "nothing.py")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        'error: there is no file "nothing.py"\nhint: name files of versions/, or none\n',
    )
    odd = tmp_path / "odd.py"
    odd.write_text("def upgrade(:\n")
    done = migrator(NOBODY, "lint", str(odd))
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        'error: "odd.py" cannot be read as a revision',
    )


def test_the_rules_are_listed() -> None:
    done = migrator(NOBODY, "lint", "--rules")
    assert done.stdout.splitlines() == [f"{rule.id}  {rule.demands}" for rule in RULES]
    assert json.loads(migrator(NOBODY, "lint", "--rules", "--json").stdout) == {
        rule.id: rule.demands for rule in RULES
    }


def test_the_readme_of_contributors_names_the_verb() -> None:
    assert "python -m migrator lint" in (ROOT / "CONTRIBUTING.md").read_text()
