"""Whatever ends an adoption, the database is as it was or at the end of a revision."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from migrator import runner
from migrator.adopt.adoption import adopt_as
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.catalog import Catalog, read
from migrator.project import Project
from tests.database import connect, execute, opened
from tests.processes import python, wait_for

Url = Callable[[str], str]
Projects = Callable[[str], Project]

_ADOPT = """
from migrator.adopt import adopt
from migrator.project import Project
try:
    adopt(Project.load(Path(argv[1]) / "alembic.ini", argv[2]))
except errors.MigratorError as error:
    print(error)
    sys.exit(error.exit_code)
"""

# A key that adopt drops, for which it needs "user" for itself.
_KEY = 'ALTER TABLE tasks ADD CONSTRAINT old FOREIGN KEY (user_id) REFERENCES "user" (id)'

_WAITING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'migrator %%'
    AND wait_event_type = 'Lock' AND query LIKE %s
"""


def _start(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        python(_ADOPT, url),
        env={"PATH": "/usr/bin:/bin", "LOCK_TIMEOUT": "10"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def _stopped_at(
    url: str, admin_url: str, lock: str, query: str
) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """An adoption in another process that waits for "user"; yields its server process too."""
    with connect(admin_url, autocommit=False) as other:
        other.execute(f'LOCK TABLE "user" IN {lock} MODE'.encode())
        with _start(url) as process:
            try:
                wait_for(lambda: execute(admin_url, _WAITING, query))
                yield execute(admin_url, _WAITING, query)[0][0], process
            finally:
                process.kill()


def _catalog(url: str) -> Catalog:
    with opened(url) as connection:
        return read(connection)


def _tasks(url: str) -> list[tuple[object, ...]]:
    return execute(url, "SELECT * FROM tasks ORDER BY id")


def _gone(admin_url: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    left = (
        "SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'migrator %'"
    )
    execute(
        admin_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'migrator %'",
    )
    wait_for(lambda: not execute(admin_url, left))


def test_server_process_ends_within_the_repairs(
    phase_2_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    admin = admin_url(phase_2_database)
    execute(phase_2_database, _KEY)
    before, tasks = _catalog(phase_2_database), _tasks(phase_2_database)
    with _stopped_at(phase_2_database, admin, "ACCESS SHARE", "ALTER TABLE%DROP%") as (
        pid,
        process,
    ):
        execute(admin, "SELECT pg_terminate_backend(%s)", pid)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == (
        "error: terminating connection due to administrator command\n"
        "hint: the connection was lost; run the same command again, it goes on where it stopped\n"
    )
    assert _catalog(phase_2_database) == before
    assert _tasks(phase_2_database) == tasks
    adopt_as(shapes, project(phase_2_database), Options())


def test_killed_within_the_repairs(
    phase_2_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    admin = admin_url(phase_2_database)
    execute(phase_2_database, _KEY)
    before, tasks = _catalog(phase_2_database), _tasks(phase_2_database)
    with _stopped_at(phase_2_database, admin, "ACCESS SHARE", "ALTER TABLE%DROP%") as (_, process):
        process.kill()
        process.wait()
    _gone(admin)
    assert _catalog(phase_2_database) == before
    assert _tasks(phase_2_database) == tasks
    adopt_as(shapes, project(phase_2_database), Options())


def test_killed_within_the_revisions(
    phase_2_database: str, admin_url: Url, project: Projects
) -> None:
    """The adoption is done, and `upgrade` goes on after the last revision that was."""
    admin = admin_url(phase_2_database)
    with _stopped_at(phase_2_database, admin, "ROW EXCLUSIVE", "ALTER TABLE%ADD%") as (_, process):
        process.kill()
        process.wait()
    _gone(admin)
    stamp = "SELECT version_num FROM alembic_version"
    waiting = project(phase_2_database).script.get_revision("93c6e8b1740a")
    assert execute(phase_2_database, stamp) == [(waiting.down_revision,)]
    runner.upgrade(project(phase_2_database))
    assert execute(phase_2_database, stamp) == [
        (project(phase_2_database).script.get_current_head(),)
    ]


def test_two_at_once(phase_2_database: str, project: Projects) -> None:
    """One adopts; the other waits for it, and then finds the database under revision control."""
    outcomes = []
    first, second = _start(phase_2_database), _start(phase_2_database)
    for process in (first, second):
        said, _ = process.communicate(timeout=120)
        outcomes.append((process.returncode, said))
    adopted, refused = sorted(outcomes)
    assert adopted == (0, "")
    assert refused[0] == 1
    assert refused[1].startswith("error: the database is already under revision control, at rev")
    head = project(phase_2_database).script.get_current_head()
    assert execute(phase_2_database, "SELECT version_num FROM alembic_version") == [(head,)]


def test_waits_for_its_locks_and_gives_up(
    phase_2_database: str, project: Projects, shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCK_WAIT", "0.3")
    monkeypatch.setenv("LOCK_TIMEOUT", "0.1")
    before = _catalog(phase_2_database)
    with connect(phase_2_database, autocommit=False) as other:
        other.execute("UPDATE tasks SET completed = true")
        with pytest.raises(Exception, match=r"could not get its lock") as refused:
            adopt_as(shapes, project(phase_2_database), Options())
    assert "nothing of it was changed" in str(refused.value)
    assert _catalog(phase_2_database) == before


def test_row_that_comes_between_is_seen(
    phase_2_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    """What changes after the first look is found under the lock."""
    admin = admin_url(phase_2_database)
    with connect(phase_2_database, autocommit=False) as other:
        other.execute(
            "INSERT INTO tasks SELECT 50, user_id, '', '', false, created_at, created_at"
            " FROM tasks LIMIT 1"
        )
        with _start(phase_2_database) as process:
            wait_for(lambda: execute(admin, _WAITING, "LOCK TABLE%"))
            other.commit()
            said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("error: the database cannot be adopted yet: 1 finding blocks\n")
    assert execute(phase_2_database, "SELECT to_regclass('alembic_version')") == [(None,)]
