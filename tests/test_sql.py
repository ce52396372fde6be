"""sql/: psql brings a database to where Alembic brings it, in both directions, or refuses."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from migrator import report, runner
from migrator.catalog import Catalog, differences, read
from migrator.embedded import Server
from migrator.lock import migration_lock
from migrator.project import EMBEDDED_ROLE, Project
from migrator.record import LOG_TABLE, TOOLS_OWN
from migrator.sandbox import sandbox
from tests.database import connect, execute, opened
from tests.psql import SQL, apply, psql

ROOT = SQL.parent
ProjectOn = Callable[[str], Project]
MakeUser = Callable[..., str]


@pytest.fixture
def twin_database(server: Server, auth_template: str) -> Iterator[str]:
    """A second database like `auth_database`, for psql."""
    admin = server.url()
    with sandbox(admin, owner=EMBEDDED_ROLE, template=auth_template) as address:
        url = sa.make_url(address).set(username=EMBEDDED_ROLE)
        yield url.render_as_string(hide_password=False)


def catalog_of(url: str) -> Catalog:
    """All but the record, which psql does not write."""
    with opened(url) as connection:
        return read(connection).without({LOG_TABLE})


def history(project: Project) -> list[Script]:
    return list(reversed(list(project.script.walk_revisions())))


def file(script: Script | str, direction: str) -> Path:
    stem = script if isinstance(script, str) else Path(script.path).stem
    return SQL / f"{stem}.{direction}.sql"


def ups() -> list[Path]:
    return sorted(SQL.glob("*.up.sql"))


def tasks(url: str) -> list[tuple[object, ...]]:
    """The rows of tasks as far as Phase II knew them, times as instants; none without the table."""
    if execute(url, "SELECT to_regclass('tasks')") == [(None,)]:
        return []
    return execute(
        url,
        "SELECT id, title, description, completed, extract(epoch FROM created_at::timestamptz)"
        " FROM tasks ORDER BY id",
    )


def add_tasks(url: str, user: str) -> None:
    execute(
        url,
        "INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)"
        " VALUES (%s, 'Milk', NULL, false, '2026-03-29 01:30', '2026-03-29 02:30'),"
        " (%s, 'Tea; \"green\"', 'a ''b''', true, '2026-10-25 01:30', '2026-10-25 02:30')",
        user,
        user,
    )


@pytest.mark.parametrize("with_rows", [False, True], ids=["empty", "rows"])
def test_psql_and_alembic_agree_at_every_revision(
    auth_database: str,
    twin_database: str,
    project: ProjectOn,
    make_user: MakeUser,
    with_rows: bool,
) -> None:
    by_alembic = project(auth_database)
    line = history(by_alembic)

    def agree(revision: str) -> None:
        found = differences(catalog_of(auth_database), catalog_of(twin_database))
        assert not found, (revision, [str(one) for one in found])
        assert tasks(auth_database) == tasks(twin_database)

    for script in line:
        runner.upgrade(by_alembic, script.revision)
        # Neither the session's time zone nor its budgets decide anything.
        apply(twin_database, file(script, "up"), PGTZ="Asia/Karachi", PGOPTIONS="-c lock_timeout=1")
        agree(script.revision)
        if with_rows and script.down_revision is None:
            for url in (auth_database, twin_database):
                add_tasks(url, make_user(url))
    allowed = ("tasks",) if with_rows else ()
    for script in reversed(line):
        runner.downgrade(by_alembic, str(script.down_revision or "base"), allowed)
        insist = f"-c migrator.allow_data_loss={','.join(allowed)}"
        apply(twin_database, file(script, "down"), PGTZ="Asia/Karachi", PGOPTIONS=insist)
        agree(str(script.down_revision))
        assert len(tasks(twin_database)) == (2 if with_rows and script.down_revision else 0)
    # And up once more: the version table is there, and empty.
    apply(twin_database, *ups())
    assert execute(twin_database, "SELECT version_num FROM alembic_version") == [
        (line[-1].revision,)
    ]


def test_one_session_of_psql_can_run_all_files(auth_database: str, head_database: str) -> None:
    apply(auth_database, *ups())
    assert differences(catalog_of(head_database), catalog_of(auth_database)) == []


def test_alembic_sql_of_the_whole_chain(
    auth_database: str, twin_database: str, project: ProjectOn, tmp_path: Path
) -> None:
    by_alembic = project(auth_database)
    runner.upgrade(by_alembic)
    apply_offline(twin_database, project(twin_database), tmp_path, "upgrade", "head")
    assert differences(catalog_of(auth_database), catalog_of(twin_database)) == []
    runner.downgrade(by_alembic, "base")
    apply_offline(twin_database, project(twin_database), tmp_path, "downgrade", "head:base")
    assert differences(catalog_of(auth_database), catalog_of(twin_database)) == []


def apply_offline(url: str, project: Project, folder: Path, direction: str, span: str) -> None:
    path = folder / f"{direction}.sql"
    with path.open("w") as written:
        project.config.output_buffer = written
        getattr(command, direction)(project.config, span, sql=True)
    done = psql(url, path)  # Alembic's own stamp returns a row, which psql prints
    assert done.returncode == 0, done.stderr


def test_alembic_sql_of_each_revision(
    auth_database: str, head_database: str, project: ProjectOn, tmp_path: Path
) -> None:
    on_it = project(auth_database)
    before = catalog_of(auth_database)
    line = history(on_it)
    steps = [("upgrade", script) for script in line]
    steps += [("downgrade", script) for script in reversed(line)]
    for direction, script in steps:
        path = tmp_path / f"{script.revision}.{direction}.sql"
        path.write_text(report.offline(on_it, direction, script))
        assert psql(auth_database, path).returncode == 0, path.name
        if (direction, script) == ("upgrade", line[-1]):
            found = differences(catalog_of(head_database), catalog_of(auth_database))
            assert found == []
    after = catalog_of(auth_database).without(TOOLS_OWN)
    # Roles outlive a downgrade, and with them nothing in the database.
    assert differences(before, after) == []


def test_a_file_is_refused_out_of_order_and_twice(auth_database: str) -> None:
    first, second, third = ups()[:3]
    apply(auth_database, first)
    for path, start in ((third, "e41b7a90c6d8"), (first, "base")):
        done = psql(auth_database, path)
        assert done.returncode == 3
        assert f"ERROR:  this file starts from revision {start}\n" in done.stderr
        assert "DETAIL:  the database is at revision 5a0c1e7d93f2\n" in done.stderr
        hint = "HINT:  nothing was changed; run the file that starts from there\n"
        assert hint in done.stderr
    apply(auth_database, second, third)
    assert execute(auth_database, "SELECT version_num FROM alembic_version") == [("0f7d2c85ab13",)]


@pytest.mark.parametrize("number", [7, 8], ids=["transaction", "concurrently"])
def test_a_refusal_holds_without_on_error_stop(auth_database: str, number: int) -> None:
    apply(auth_database, *ups()[: number - 1])
    before = catalog_of(auth_database)
    assert "ERROR:  this file starts from" in psql(auth_database, ups()[number], stop=False).stderr
    assert differences(before, catalog_of(auth_database)) == []


@pytest.mark.parametrize("number", [0, 8], ids=["transaction", "concurrently"])
def test_a_file_waits_for_nobody_who_migrates(auth_database: str, number: int) -> None:
    apply(auth_database, *ups()[:number])
    with migration_lock(sa.create_engine(auth_database, poolclass=sa.NullPool), wait=0):
        done = psql(auth_database, ups()[number])
    assert done.returncode == 3
    assert "ERROR:  another migration of this database is running\n" in done.stderr
    hint = "HINT:  nothing was changed; run this file again when it has finished\n"
    assert hint in done.stderr
    apply(auth_database, ups()[number])


def test_an_interrupted_concurrent_file_is_run_again(
    auth_database: str, head_database: str, tmp_path: Path
) -> None:
    concurrent = file("20261123_1020_index_the_lists_of_tasks", "up")
    apply(auth_database, *(path for path in ups() if path < concurrent))
    impatient = tmp_path / "impatient.sql"
    text = concurrent.read_text()
    impatient.write_text(text.replace("SET lock_timeout = 0;", "SET lock_timeout = '50ms';"))
    with connect(auth_database, autocommit=False) as other:
        other.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
        done = psql(auth_database, impatient)
    assert "ERROR:  canceling statement due to lock timeout\n" in done.stderr
    invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert execute(auth_database, invalid) == [(1,)]
    apply(auth_database, *(path for path in ups() if path >= concurrent))
    assert differences(catalog_of(head_database), catalog_of(auth_database)) == []


def test_a_downgrade_that_would_destroy_rows_refuses(
    head_database: str, make_user: MakeUser
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    destroying = SQL / "20261123_1030_create_conversations.down.sql"
    downs = sorted(SQL.glob("*.down.sql"), reverse=True)
    apply(head_database, *downs[: downs.index(destroying)])
    done = psql(head_database, destroying)
    assert done.returncode == 3
    assert 'ERROR:  this downgrade would destroy data in "conversations"\n' in done.stderr
    apply(head_database, destroying, PGOPTIONS="-c migrator.allow_data_loss=conversations")


def test_the_schema_file_is_the_schema_at_head(auth_database: str, head_database: str) -> None:
    apply(auth_database, SQL / "schema.sql")
    wanted = catalog_of(head_database).without(TOOLS_OWN)
    assert differences(wanted, catalog_of(auth_database)) == []


def test_checksums_are_those_of_sha256sum() -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "sql/CHECKSUMS"], cwd=ROOT, check=False
    )
    assert done.returncode == 0
    names = [line.split()[1] for line in (SQL / "CHECKSUMS").read_text().splitlines()]
    assert names[:3] == [
        "versions/20261123_0900_create_phase_ii_tasks.py",
        "sql/20261123_0900_create_phase_ii_tasks.up.sql",
        "sql/20261123_0900_create_phase_ii_tasks.down.sql",
    ]
    assert names[-1] == "sql/schema.sql"


@pytest.mark.parametrize(
    "linter",
    [
        (sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "sql"),
        (str(Path(sys.executable).with_name("squawk")), *(f"sql/{path.name}" for path in ups())),
    ],
    ids=["sqlfluff", "squawk"],
)
def test_linters_have_nothing_to_say(linter: tuple[str, ...]) -> None:
    done = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
