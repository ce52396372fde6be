"""`make check`: each kind of thing that can be wrong, in its own words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from migrator import errors
from migrator.checks import check, sql
from migrator.project import Project
from tests.checked import ROOT, edit, project_in, said

OLDEST = "20261123_0900_create_phase_ii_tasks"
MIDDLE = "20261123_1000_prove_that_every_task_has_a_title"
NEWEST = "20261123_1130_keep_pages_off_the_purges_index"


def revision(project: Project, stem: str) -> Path:
    return project.folder / "versions" / f"{stem}.py"


def test_nothing_is_wrong_here(checked: Project) -> None:
    assert check(checked) == []


def test_an_edited_file_of_sql(checked: Project) -> None:
    edit(checked.folder / "sql" / f"{MIDDLE}.up.sql", "VALIDATE", "validate")
    assert said(check, checked) == (
        'finding: "sql" is not what the revisions render to\n'
        f"detail: differing: {MIDDLE}.up.sql\n"
        "hint: run `make sql` and commit what it writes"
    )


def test_an_edited_revision(checked: Project) -> None:
    edit(revision(checked, MIDDLE), "validate_constraint", "unvalidate_constraint")
    path = f"versions/{MIDDLE}.py"
    assert said(sql.find, checked) == (
        f'finding: "{path}" was edited after its SQL was rendered\n'
        "detail: a database that has applied it does not apply it again\n"
        f"hint: once it is on main: git checkout -- {path}, and write a new revision; "
        "as long as it is only yours: make sql\n"
        'finding: "sql" is not what the revisions render to\n'
        f"detail: differing: {MIDDLE}.down.sql, {MIDDLE}.up.sql, CHECKSUMS, schema.sql\n"
        "hint: run `make sql` and commit what it writes"
    )


def test_a_comment_in_a_revision_is_an_edit_too(checked: Project) -> None:
    edit(revision(checked, MIDDLE), "def upgrade", "# later\ndef upgrade")
    assert [one.message for one in sql.find(project_in(checked.folder))] == [
        f'"versions/{MIDDLE}.py" was edited after its SQL was rendered',
        '"sql" is not what the revisions render to',
    ]


def test_a_new_revision_is_not_an_edited_one(checked: Project) -> None:
    path = revision(checked, "20261124_0000_new")
    path.write_text(
        '"""New."""\n\nrevision = "aaaaaaaaaaaa"\ndown_revision = "e5d3907b1c46"\n\n\n'
        "def upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n"
    )
    assert said(sql.find, checked) == (
        'finding: "sql" is not what the revisions render to\n'
        "detail: differing: 20261124_0000_new.down.sql, 20261124_0000_new.up.sql, CHECKSUMS, "
        "schema.sql\n"
        "hint: run `make sql` and commit what it writes"
    )


def test_a_revision_that_is_gone(checked: Project) -> None:
    revision(checked, NEWEST).unlink()
    path = f"versions/{NEWEST}.py"
    assert said(sql.find, checked).splitlines()[:3] == [
        f'finding: "{path}" is gone',
        "detail: a database that has applied it can go neither up nor down without it",
        f"hint: once it is on main: git checkout -- {path}; as long as it was only yours: make sql",
    ]


def test_more_stale_files_than_a_line_holds(checked: Project) -> None:
    shutil.rmtree(checked.folder / "sql")
    found = said(sql.find, checked)
    assert f"detail: differing: {OLDEST}.down.sql, {OLDEST}.up.sql, " in found
    assert " and 30 more\n" in found


def test_a_revision_that_does_not_run(checked: Project) -> None:
    edit(revision(checked, MIDDLE), '"ck_tasks_title_not_empty", "tasks"', '"ck_x", "tasks"')
    with pytest.raises(errors.MigratorError) as raised:
        check(project_in(checked.folder))
    assert str(raised.value) == (
        f'error: revision 2d6ab93f81e7 ("{MIDDLE}.py") does not run on a new database\n'
        'detail: constraint "ck_x" of relation "tasks" does not exist\n'
        "hint: nothing of this revision was changed (42704)"
    )


NEW_TABLES = '''

class Label(Base, table=True):
    """A label."""

    __tablename__ = "labels"

    id: int | None = Field(default=None, primary_key=True)


class Colour(Base, table=True):
    """A colour."""

    __tablename__ = "colours"
    __table_args__ = ({"info": {"row_security": "none: the same for every user"}},)

    id: int | None = Field(default=None, primary_key=True)
'''


BY = 'hint: make revision m="…" brings the database to the models; or correct the models\n'
POLICIES = (
    "hint: describe its policies beside the models, or say why not: "
    'info={"row_security": "none: …"}\n'
)
INDEX = "CREATE INDEX ix_tasks_user_id_completed ON public.tasks USING btree (user_id, completed"
DIFFERENCES = (
    'finding: the revisions build index "public.ix_tasks_user_id", which the models do not have\n'
    "detail: index public.ix_tasks_user_id: unexpected (CREATE INDEX ix_tasks_user_id"
    f' ON public.tasks USING btree (user_id)); built by "{OLDEST}.py"\n{BY}'
    'finding: the revisions build another index "public.ix_tasks_user_id_completed"'
    " than the models describe\n"
    f"detail: index public.ix_tasks_user_id_completed: definition is {INDEX}),"
    f' expected {INDEX}, id); built by "20261123_1020_index_the_lists_of_tasks.py"\n{BY}'
    'finding: the revisions do not build table "public.colours" of the models\n'
    f"detail: table public.colours: missing\n{BY}"
    'finding: the revisions do not build table "public.labels" of the models\n'
    f"detail: table public.labels: missing\n{BY}"
    'finding: the revisions build another table "public.messages" than the models describe\n'
    "detail: table public.messages: row security is yes, expected not set;"
    f' built by "20261123_1110_let_roles_see_one_user_at_a_time.py"\n{BY}'
    'finding: the revisions build another table column "public.tasks.title"'
    " than the models describe\n"
    "detail: table column public.tasks.title: type is character varying(200),"
    f' expected character varying(100); built by "{OLDEST}.py"\n{BY}'
    'finding: table "labels" has no row-level security\n'
    f"detail: whoever may read it sees the rows of every user\n{POLICIES}"
    'finding: table "messages" has no row-level security\n'
    f"detail: it has 5 policies, but they are not enabled\n{POLICIES}"
)
FIND = """
from pathlib import Path
from migrator.checks import catalogs
from migrator.project import Project
for one in catalogs.find(Project.load(Path("alembic.ini"))):
    print(one)
"""


def test_models_and_revisions_that_differ(checked: Project) -> None:
    task = checked.folder / "models" / "task.py"
    edit(task, "sa_type=sa.String(200)", "sa_type=sa.String(100)")
    edit(task, '        sa.Index("ix_tasks_user_id", "user_id"),\n', "")
    edit(task, '"completed"),', '"completed", "id"),')
    task.write_text(task.read_text() + NEW_TABLES)
    security = checked.folder / "models" / "security.py"
    enable = 'ENABLE ROW LEVEL SECURITY" for table in COMMANDS'
    edit(security, enable, f"{enable} if table != 'messages'")
    # Another process: this one has imported the models before they were edited.
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd=checked.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr) == (DIFFERENCES, "")
