"""`alembic revision --autogenerate` and `alembic check` in a copy of the project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.autogenerate.template import FILL_IN
from migrator.checks import history
from migrator.embedded import Server
from migrator.project import Project
from tests.checked import ROOT, copy, edit, project_in

FIELD = '''    """When the task last changed."""
'''
PRIORITY = '''
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """1 is the most urgent."""
'''
TITLE = """        sa.CheckConstraint("title <> ''", name="title_not_empty"),
"""
HEAD = "e5d3907b1c46"


@pytest.fixture
def checked(tmp_path: Path, server: Server, auth_template: str) -> Project:
    """Exactly as it is in the repository; ruff finds its settings."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return copy(tmp_path, server)


def alembic(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Without any database named: none is needed."""
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=project.folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def revise(project: Project, title: str, *options: str) -> tuple[str, list[Path]]:
    """What it said to a developer, and the files that it wrote."""
    folder = project.folder / "versions"
    before = set(folder.glob("*.py"))
    done = alembic(project, *options, "revision", "--autogenerate", "-m", title)
    written = sorted(set(folder.glob("*.py")) - before)
    assert "Traceback" not in done.stderr
    assert (done.returncode == 0) == ("error:" not in done.stderr), done.stderr
    return done.stdout + done.stderr, written


def test_nothing_to_do(checked: Project) -> None:
    said, written = revise(checked, "Nothing")
    assert said == "nothing to do: the revisions build what the models describe\n"
    assert written == []
    assert "No new upgrade operations detected." in alembic(checked, "check").stdout


def test_the_safe_form_split_into_revisions(checked: Project) -> None:
    task = checked.folder / "models" / "task.py"
    edit(task, FIELD, FIELD + PRIORITY)
    edit(task, TITLE, f'{TITLE}        sa.CheckConstraint("priority >= 0", name="priority"),\n')
    edit(
        task,
        '        sa.Index("ix_tasks_tags"',
        '        sa.Index("ix_tasks_priority", sa.text("priority DESC")),\n'
        '        sa.Index("ix_tasks_tags"',
    )
    seen = alembic(checked, "check")
    assert "table column public.tasks.priority: missing" in seen.stderr + seen.stdout
    _, written = revise(checked, "Add priority to tasks")
    assert [path.stem[14:] for path in written] == [
        "add_priority_to_tasks",
        "build_ix_tasks_priority",
        "validate_ck_tasks_priority",
    ]
    bodies = [path.read_text() for path in written]
    assert [body.partition("def upgrade")[2] for body in bodies] == [
        """() -> None:
    op.add_column(
        "tasks",
        sa.Column(
            "priority",
            sa.Integer(),
            server_default=sa.text("0"),
            comment="1 is the most urgent.",
            nullable=False,
        ),
    )
    ops.add_check("ck_tasks_priority", "tasks", "priority >= 0")


def downgrade() -> None:
    ops.refuse_data_loss("tasks", where="priority IS DISTINCT FROM 0")
    op.drop_constraint(op.f("ck_tasks_priority"), "tasks")
    op.drop_column("tasks", "priority")
""",
        """() -> None:
    ops.create_index_concurrently("ix_tasks_priority", "tasks", ["priority DESC"])


def downgrade() -> None:
    ops.drop_index_concurrently("ix_tasks_priority")
""",
        """() -> None:
    ops.validate_constraint("ck_tasks_priority", "tasks")


def downgrade() -> None:
    ops.unvalidate_constraint("ck_tasks_priority", "tasks")
""",
    ]
    assert bodies[1].partition("\n\n\n")[0] == (
        f'"""Build ix_tasks_priority.\n\n{FILL_IN}\n"""\n\nfrom migrator import ops\n\n'
        f'revision = "{_said(written[1], "revision")}"\n'
        f'down_revision = "{_said(written[0], "revision")}"'
    )
    assert _said(written[0], "down_revision") == HEAD
    assert all(len(body.splitlines()) < 60 for body in bodies)
    assert history.find(project_in(checked.folder)) == []
    _is_clean(written)
    assert "No new upgrade operations detected." in alembic(checked, "check").stdout


def test_a_rename_is_asked_about(checked: Project) -> None:
    task = checked.folder / "models" / "task.py"
    edit(task, "    description: Text | None", "    notes: Text | None")
    edit(task, "    description: Text | None", "    other: Text | None")
    said, written = revise(checked, "Call them notes")
    assert written == []
    assert said.endswith(
        '\nerror: "tasks.description" is gone and "tasks.notes" is new: renamed, or dropped and '
        "added?\n"
        "detail: dropping and adding would lose the rows; nobody can be asked here\n"
        "hint: alembic -x rename=tasks.description:notes revision --autogenerate -m …; "
        "or -x rename=no when nothing was renamed\n"
    )
    said, written = revise(checked, "No", "-x", "rename=tasks.description:remarks")
    assert written == []
    assert said.endswith(
        '\nerror: nothing was renamed as "tasks.description:remarks" says\n'
        "detail: what may have been: tasks.description:notes\n"
        "hint: it is -x rename=<table>.<column>:<new name>, or -x rename=<table>:<new name>\n"
    )
    _, written = revise(checked, "Call them notes", "-x", "rename=tasks.description:notes")
    (path,) = written
    assert path.read_text().partition('"""\n\n')[2] == (
        f"""from alembic import op

revision = "{_said(path, "revision")}"
down_revision = "{HEAD}"


def upgrade() -> None:
    op.alter_column("tasks", "description", new_column_name="notes")


def downgrade() -> None:
    op.alter_column("tasks", "notes", new_column_name="description")
"""
    )
    path.unlink()
    _, written = revise(checked, "Drop the description", "-x", "rename=no")
    assert [one.stem[14:] for one in written] == ["add_notes_to_tasks", "drop_the_description"]


def _said(path: Path, name: str) -> str:
    (line,) = (one for one in path.read_text().splitlines() if one.startswith(f"{name} = "))
    return line.partition(" = ")[2].strip('"')


def _is_clean(files: list[Path]) -> None:
    for arguments in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, *files],
            capture_output=True,
            text=True,
            check=False,
            cwd=files[0].parent,
        )
        assert done.returncode == 0, done.stdout
