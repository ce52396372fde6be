"""The connection: kept alive, waited for, as another role, and lost with its server."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from migrator import embedded, errors, report, runner
from migrator.connection import connect, engine, plain
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.url import parse
from tests.conftest import BETTER_AUTH, make_project
from tests.database import execute
from tests.run.holding import (
    BASE,
    BEFORE_INDEXES,
    INDEXES,
    holder,
    log,
    started,
    waiting,
)


def parameters(url: str) -> dict[str, str]:
    with engine(parse(url)).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        found: dict[str, str] = driver.info.get_parameters()
        return found


def test_the_connection_is_kept_alive(head_database: str) -> None:
    wanted = {
        "connect_timeout": "10",
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
        "tcp_user_timeout": "60000",
    }
    assert wanted.items() <= parameters(head_database).items()
    with plain(parse(head_database)) as second:
        assert wanted.items() <= second.info.get_parameters().items()


def test_what_the_address_says_wins(head_database: str) -> None:
    said = {"keepalives_idle": "5", "connect_timeout": "3"}
    tls = {"sslmode": "allow", "channel_binding": "disable", "sslrootcert": "/ca.pem"}
    url = sa.make_url(head_database).update_query_dict(said | tls)
    found = parameters(url.render_as_string(hide_password=False))
    assert (said | tls).items() <= found.items()
    assert found["application_name"] == "migrator 0.1.0"


def test_the_server_looks_after_the_session_too(
    head_database: str, project: Callable[[str], Project]
) -> None:
    """A process that is killed in a long statement would otherwise hold its locks to its end."""
    runner.downgrade(project(head_database))
    with connect(parse(head_database)) as connection:
        config = project(head_database).config
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        interval = connection.exec_driver_sql("SHOW client_connection_check_interval").scalar()
    assert interval == "1s"


@pytest.fixture
def own_server(server: Server, tmp_path: Path) -> Iterator[Server]:
    """A server that a test may stop, with a database `todo`."""
    folder = tmp_path / "postgres"
    own = embedded.start(folder, bin_dir=server.bin_dir)
    embedded.ensure_database(own, "todo", EMBEDDED_ROLE, BETTER_AUTH)
    yield own
    embedded.stop(folder)


def crash(server: Server) -> None:
    """Immediate shutdown, as of a machine that goes down."""
    pid = int((server.data_dir / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    embedded.stop(server.data_dir.parent)


def test_the_server_goes_down_in_the_middle(own_server: Server) -> None:
    url = own_server.url("todo", EMBEDDED_ROLE)
    runner.upgrade(make_project(url), BEFORE_INDEXES)
    with (
        holder(url, "LOCK TABLE tasks IN ROW EXCLUSIVE MODE"),
        started(url, "upgrade") as process,
    ):
        waiting(url, own_server.url("todo"), "CREATE INDEX CONCURRENTLY%")
        crash(own_server)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in err
    message, detail, hint = err.splitlines()[-3:]
    assert message == f"error: the connection was lost at revision {INDEXES}"
    assert "terminat" in detail
    assert hint == (
        "hint: run the same command again; it goes on from where the database then stands"
    )
    embedded.start(own_server.data_dir.parent, bin_dir=own_server.bin_dir)
    runner.upgrade(make_project(url), INDEXES)
    assert log(url)[-2:] == [(INDEXES, "upgrade", "killed"), (INDEXES, "upgrade", "applied")]
    invalid = "SELECT FROM pg_index WHERE NOT indisvalid"
    assert execute(url, invalid) == []


def test_a_server_that_comes_up_is_waited_for(own_server: Server) -> None:
    url = own_server.url("todo", EMBEDDED_ROLE)
    crash(own_server)
    with started(url, "upgrade", BASE, CONNECT_WAIT="60") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        embedded.start(own_server.data_dir.parent, bin_dir=own_server.bin_dir)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert re.fullmatch(r'waiting  "todo" on \S+ cannot be reached: .+\n', line)
    assert out.startswith(f"applied  {BASE}")
    assert err == ""


def test_what_does_not_wake_up_is_not_waited_for(server: Server) -> None:
    for url, message in [
        (server.url("nowhere", "migrator"), "does not exist"),
        (server.url("postgres", "nobody_at_all"), "has no such user"),
        ("postgresql://u:p@no-such-host.invalid/d", "no such host"),
    ]:
        with pytest.raises(errors.MigratorError, match=message), connect(parse(url), wait=600):
            pass


@pytest.fixture
def owner(auth_database: str, admin_url: Callable[[str], str]) -> Iterator[str]:
    """A role that owns the schema, and that the migrating one is a member of."""
    admin = admin_url(auth_database)
    execute(admin, "CREATE ROLE schema_owner NOLOGIN")
    execute(admin, "GRANT CREATE, USAGE ON SCHEMA public TO schema_owner")
    execute(admin, "GRANT schema_owner TO migrator")
    yield "schema_owner"
    execute(admin, "DROP OWNED BY schema_owner")
    execute(admin, "DROP ROLE schema_owner")


def test_the_work_is_done_as_migration_role(
    auth_database: str,
    owner: str,
    project: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIGRATION_ROLE", owner)
    runner.upgrade(project(auth_database), BASE)
    owners = execute(
        auth_database,
        "SELECT relname, relowner::regrole::text FROM pg_class"
        " WHERE relname IN ('tasks', 'alembic_version', 'migration_log') ORDER BY 1",
    )
    assert owners == [("alembic_version", owner), ("migration_log", owner), ("tasks", owner)]
    (entry,) = report.status(project(auth_database)).log
    assert entry.role == "migrator", "the record says who it was"


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("better_auth", 'permission denied to set role "better_auth"'),
        ("nobody_at_all", 'role "nobody_at_all" does not exist'),
    ],
)
def test_a_role_that_may_not_be_taken(
    auth_database: str, project: Callable[[str], Project], role: str, reason: str
) -> None:
    mine = project(auth_database)
    mine.override(migration_role=role)
    with pytest.raises(errors.MigratorError) as caught, mine.connect():
        pass
    assert str(caught.value) == (
        f'error: cannot work as "{role}", which MIGRATION_ROLE names: {reason}\n'
        f'hint: an administrator: GRANT "{role}" TO the user of DATABASE_URL; or correct '
        "MIGRATION_ROLE"
    )
