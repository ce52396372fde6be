"""`migrator squash`: one revision in the place of many, for new databases and for old ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migrator import errors
from migrator.catalog import Difference, differences, read
from migrator.checks import history, revisions, sql
from migrator.embedded import Server
from migrator.lint import lint
from migrator.project import Project
from migrator.record import TOOLS_OWN
from migrator.squash import squash
from tests.checked import copy, project_in
from tests.conftest import ROOT
from tests.database import execute, opened
from tests.test_alembic_cli import alembic, stamped
from tests.test_cli import migrator

Row = tuple[str, ...]
ADD = '''\
"""{title}.

For whoever squashes.
"""

from alembic import op

from migrator import ops

revision = "{id}"
down_revision = "{below}"


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down}
'''


def add(folder: Path, name: str, identity: str, below: str, up: str, down: str = "pass") -> None:
    title = name[14:-3].replace("_", " ").capitalize()
    text = ADD.format(title=title, id=identity, below=below, up=up, down=down)
    (folder / "versions" / name).write_text(text)


def files(folder: Path) -> dict[str, bytes]:
    names = [*folder.glob("versions/**/*.py"), *folder.glob("sql/*")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in names}


def unlike(one: str, other: str) -> list[Difference]:
    """What differs between two databases, the tool's own tables aside."""
    with opened(one) as first, opened(other) as second:
        return differences(read(first).without(TOOLS_OWN), read(second).without(TOOLS_OWN))


@pytest.fixture(scope="module")
def squashed(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Project:
    """A copy of this project whose revisions are one, and the line as it was."""
    project = copy(tmp_path_factory.mktemp("squashed"), server)
    line = [script.revision for script in reversed(list(project.script.walk_revisions()))]
    done = squash(project)
    assert done.revision == line[-1]
    assert len(done.replaced) == len(line)
    return project_in(project.folder)


@pytest.fixture(scope="module")
def line() -> list[str]:
    """The ids of the revisions as they are in the repository, oldest first."""
    script = Project.load(ROOT / "alembic.ini").script
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def test_one_revision_keeps_the_rules(squashed: Project, line: list[str]) -> None:
    assert [one.revision for one in squashed.script.walk_revisions()] == [line[-1]]
    assert history.find(squashed) == []
    assert revisions.find(squashed) == []
    assert sql.find(squashed) == []
    (file,) = squashed.revision_files()
    assert lint(file) == []
    assert len(list((file.parent / "squashed").glob("*.py"))) == len(line)


def test_a_new_database_is_the_same(
    squashed: Project, auth_database: str, head_database: str
) -> None:
    done = alembic(auth_database, "upgrade", "head", ini=squashed.folder / "alembic.ini")
    assert done.returncode == 0, done.stderr
    assert unlike(auth_database, head_database) == []
    assert migrator(auth_database, "status", cwd=squashed.folder).returncode == 0
    done = alembic(auth_database, "downgrade", "base", ini=squashed.folder / "alembic.ini")
    assert done.returncode == 0, done.stderr
    assert execute(auth_database, "SELECT to_regclass('tasks')") == [(None,)]


@pytest.mark.parametrize(("place", "native"), [(0, True), (7, False), (-2, True)])
def test_a_database_on_its_way_goes_on(
    squashed: Project,
    line: list[str],
    auth_database: str,
    head_database: str,
    place: int,
    native: bool,
) -> None:
    folder, ini = squashed.folder, squashed.folder / "alembic.ini"
    assert alembic(auth_database, "upgrade", line[place]).returncode == 0
    if native:
        assert line[place] in alembic(auth_database, "current", ini=ini).stdout
        assert alembic(auth_database, "upgrade", "head", ini=ini).returncode == 0
    else:
        waiting = migrator(auth_database, "status", cwd=folder).stdout
        assert waiting.count("\npending  ") == len(line[place:]) - 1
        assert migrator(auth_database, "upgrade", cwd=folder).returncode == 0
    assert stamped(auth_database) == [line[-1]]
    assert unlike(auth_database, head_database) == []
    assert migrator(auth_database, "status", cwd=folder).returncode == 0


@pytest.mark.parametrize("native", [True, False])
def test_the_way_back_is_the_old_one(
    squashed: Project, line: list[str], head_database: str, native: bool
) -> None:
    for target, reached in (("-1", line[-2]), (line[4], line[4]), (line[-1], line[-1])):
        up = "upgrade" if reached == line[-1] else "downgrade"
        if native:
            done = alembic(head_database, up, target, ini=squashed.folder / "alembic.ini")
        else:
            done = migrator(head_database, up, "--", target, cwd=squashed.folder)
        assert done.returncode == 0, done.stderr
        assert stamped(head_database) == [reached]


def test_rows_are_not_destroyed_in_silence(
    squashed: Project, head_database: str, make_user: Callable[..., str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", user)
    done = migrator(head_database, "downgrade", "base", cwd=squashed.folder)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        1,
        'error: this downgrade would destroy data in "tasks"',
    )
    assert execute(head_database, "SELECT count(*) FROM tasks") == [(1,)]


def test_what_revisions_have_written_is_written(
    tmp_path: Path, server: Server, auth_database: str
) -> None:
    project = copy(tmp_path, server)
    head = str(project.script.get_current_head())
    up = (
        "op.execute(\"CREATE TABLE kinds (name text PRIMARY KEY, colon text DEFAULT ' \\\\:x')\")\n"
        "    op.execute(\"INSERT INTO kinds VALUES ('a', '12:30 \\\\:y'), ('b', NULL)\")"
    )
    down = 'op.execute("DROP TABLE kinds")'
    add(tmp_path, "20991231_1200_make_kinds.py", "aaaaaaaaaaaa", head, up, down)
    squash(project_in(tmp_path))
    done = alembic(auth_database, "upgrade", "head", ini=tmp_path / "alembic.ini")
    assert done.returncode == 0, done.stderr
    execute(auth_database, "INSERT INTO kinds (name) VALUES ('c')")
    assert execute(auth_database, "SELECT name, colon FROM kinds ORDER BY name") == [
        ("a", "12:30 :y"),
        ("b", None),
        ("c", " :x"),
    ]


def test_twice(tmp_path: Path, server: Server, line: list[str], auth_database: str) -> None:
    project = copy(tmp_path, server)
    squash(project, line[8])
    assert len(project_in(tmp_path).revision_files()) == len(line) - 8
    done = squash(project_in(tmp_path))
    assert len(done.replaced) == len(line) - 8
    kept = sorted(path.name for path in (tmp_path / "versions" / "squashed").glob("*.py"))
    assert len(kept) == len(line)
    assert history.find(project_in(tmp_path)) == []
    assert alembic(auth_database, "upgrade", line[3]).returncode == 0
    done_up = alembic(auth_database, "upgrade", "head", ini=tmp_path / "alembic.ini")
    assert done_up.returncode == 0, done_up.stderr
    assert stamped(auth_database) == [line[-1]]


def test_refused_and_no_file_changed(tmp_path: Path, server: Server, line: list[str]) -> None:
    project = copy(tmp_path, server)
    before = files(tmp_path)
    with pytest.raises(errors.Refused) as raised:
        squash(project, line[0])
    assert str(raised.value) == (
        f'error: there are no two revisions up to "{line[0]}" that could be one\n'
        "hint: `alembic history` lists them"
    )
    with pytest.raises(errors.MigratorError, match='no revision "nothing"'):
        squash(project, "nothing")
    assert files(tmp_path) == before


def test_what_one_revision_cannot_say(tmp_path: Path, server: Server) -> None:
    project = copy(tmp_path, server)
    up = (
        'ops.create_role("squash_owner")\n'
        '    op.execute("GRANT squash_owner TO CURRENT_USER")\n'
        '    op.execute("GRANT CREATE ON SCHEMA public TO squash_owner")\n'
        '    op.execute("ALTER TABLE messages OWNER TO squash_owner")'
    )
    head = str(project.script.get_current_head())
    add(tmp_path, "20991231_1200_own_messages.py", "aaaaaaaaaaaa", head, up)
    before = files(tmp_path)
    with pytest.raises(errors.MigratorError) as raised:
        squash(project_in(tmp_path))
    assert raised.value.message == ("one revision for all would differ from them after its upgrade")
    assert "table public.messages: owner is migrator, expected squash_owner" in str(
        raised.value.detail
    )
    assert files(tmp_path) == before
