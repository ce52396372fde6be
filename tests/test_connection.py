"""Addresses and connections: what is understood, what is refused and in which words."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from migrator import errors
from migrator.account import find
from migrator.connection import connect, plain, refuse_old_version, settle
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.url import describe, parse, refuse_pooled
from tests.database import execute
from tests.processes import wait_for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def told(error: pytest.ExceptionInfo[errors.MigratorError]) -> list[str]:
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("pasted", "understood"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h:6000/d", "postgresql+psycopg://u:p@h:6000/d"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+asyncpg://u@h/d?ssl=require", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("postgresql+asyncpg://u@h/d?ssl=true", "postgresql+psycopg://u@h/d?sslmode=require"),
        (
            "postgresql://u@h/d?sslmode=verify-full&channel_binding=require",
            "postgresql+psycopg://u@h/d?channel_binding=require&sslmode=verify-full",
        ),
        ("postgresql://u@h/d?pgbouncer=true&schema=public", "postgresql+psycopg://u@h/d"),
        ("  postgresql://u:p%40ss@h/d\n", "postgresql+psycopg://u:p%40ss@h/d"),
    ],
)
def test_every_form_of_an_address(pasted: str, understood: str) -> None:
    assert parse(pasted).render_as_string(hide_password=False) == understood


def test_what_is_no_address_is_not_repeated() -> None:
    with pytest.raises(errors.MigratorError) as error:
        parse("postgresql//user:secret@host")
    assert told(error) == [
        "error: DATABASE_URL is not an address",
        "detail: it is not shown here, since it may hold a password",
        "hint: postgresql://user:password@host:5432/database; write special characters of the "
        "password in percent-encoding (@ as %40)",
    ]


def test_another_database_is_refused() -> None:
    with pytest.raises(errors.MigratorError) as error:
        parse("mysql://user:secret@host/d")
    assert told(error)[0] == 'error: DATABASE_URL is an address of "mysql", not of PostgreSQL'


def test_a_pooled_host_is_refused_with_the_direct_one_named() -> None:
    with pytest.raises(errors.MigratorError) as error:
        refuse_pooled(parse("postgresql://u:p@ep-cool-1-pooler.eu-central-1.aws.neon.tech/d"))
    assert told(error) == [
        'error: "ep-cool-1-pooler.eu-central-1.aws.neon.tech" is a pooled address, which cannot '
        "carry a migration",
        "detail: session settings and the migration lock do not survive a transaction there",
        "hint: set DATABASE_URL_UNPOOLED to the same address with the host "
        "ep-cool-1.eu-central-1.aws.neon.tech",
    ]
    refuse_pooled(parse("postgresql://u:p@ep-cool-1.eu-central-1.aws.neon.tech/d"))


def test_the_unpooled_address_wins(
    monkeypatch: pytest.MonkeyPatch, auth_database: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@ep-1-pooler.neon.tech/d")
    monkeypatch.setenv("DATABASE_URL_UNPOOLED", auth_database)
    (tmp_path / "alembic.ini").touch()
    with connect(Project.load(tmp_path / "alembic.ini").url) as connection:
        database = connection.exec_driver_sql("SELECT current_database()").scalar_one()
    assert database in auth_database


@pytest.mark.parametrize(
    ("number", "version"), [(140013, "14.13 (Debian 14.13-1)"), (90624, "9.6.24")]
)
def test_an_old_server_is_refused(number: int, version: str) -> None:
    with pytest.raises(errors.MigratorError) as error:
        refuse_old_version(number, version)
    assert told(error) == [
        f"error: the server runs PostgreSQL {version}, which is not supported",
        "detail: supported are 15 and newer",
        "hint: upgrade the server first",
    ]


@pytest.mark.parametrize(("number", "version"), [(150000, "15.0"), (190000, "19beta1")])
def test_a_new_server_is_taken(number: int, version: str) -> None:
    refuse_old_version(number, version)


@pytest.fixture
def with_password(server: Server) -> Iterator[str]:
    """The address of a role that the server asks for its password, which is "right @ last"."""
    hba = server.data_dir / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"local all locked scram-sha-256\n{before}")
    execute(server.url(), "CREATE ROLE locked LOGIN PASSWORD 'right @ last'")
    execute(server.url(), "SELECT pg_reload_conf()")
    yield server.url("postgres", "locked").replace("locked@", "locked:{password}@")
    hba.write_text(before)
    execute(server.url(), "SELECT pg_reload_conf()")
    execute(server.url(), "DROP ROLE locked")


def fails(url: str) -> list[str]:
    with pytest.raises(errors.MigratorError) as error, connect(parse(url)):
        pass
    return told(error)


def test_a_wrong_password(with_password: str, server: Server) -> None:
    message, detail, hint = fails(with_password.format(password="s3cret"))
    assert message == f'error: "postgres" on {server.socket_dir} refused the password'
    assert detail.endswith('FATAL: password authentication failed for user "locked"')
    assert "s3cret" not in message + detail + hint
    assert hint == "hint: check user and password in DATABASE_URL; write @ in a password as %40"
    with connect(parse(with_password.format(password="right%20%40%20last"))):
        pass


def test_no_password(with_password: str, server: Server) -> None:
    message, _, hint = fails(with_password.replace(":{password}", ""))
    assert message == (
        f'error: "postgres" on {server.socket_dir} asks for a password and DATABASE_URL has none'
    )
    assert hint == "hint: postgresql://user:password@host:5432/database"


def test_no_such_database(server: Server) -> None:
    message, detail, hint = fails(server.url("nowhere", "migrator"))
    assert message == f'error: "nowhere" on {server.socket_dir} does not exist'
    assert detail.endswith('FATAL: database "nowhere" does not exist')
    assert hint == "hint: create it, or correct the name at the end of DATABASE_URL"


def test_no_such_role(server: Server) -> None:
    message, _, hint = fails(server.url("postgres", "nobody_at_all"))
    assert message == f'error: "postgres" on {server.socket_dir} has no such user'
    assert hint == "hint: create the role, or correct the user in DATABASE_URL"


def test_server_down() -> None:
    message, detail, hint = fails(f"postgresql://u:s3cret@127.0.0.1:{free_port()}/d")
    assert message.startswith('error: "d" on 127.0.0.1:')
    assert message.endswith(" cannot be reached")
    assert "Connection refused" in detail
    assert hint == (
        "hint: check that the server runs and that host and port in DATABASE_URL are right"
    )


def test_a_server_that_goes_down_before_the_second_connection() -> None:
    url = parse(f"postgresql://u:s3cret@127.0.0.1:{free_port()}/d")
    with pytest.raises(errors.MigratorError) as error:
        plain(url)
    assert told(error)[0] == f"error: {describe(url)} cannot be reached"
    assert "s3cret" not in str(error.value)


def test_no_such_host() -> None:
    message, _, hint = fails("postgresql://u:p@no-such-host.invalid/d")
    assert message == 'error: "d" on no-such-host.invalid cannot be found: no such host'
    assert hint == "hint: check the host in DATABASE_URL"


def test_a_description_holds_no_secret() -> None:
    assert describe(parse("postgresql://u:s3cret@h:1/d?sslpassword=s3cret")) == '"d" on h:1'


def test_the_session_is_settled_and_no_transaction_left(auth_database: str) -> None:
    with connect(parse(auth_database)) as connection:
        settle(connection, 0.25, allow_data_loss="tasks")
        assert not connection.in_transaction()
        said = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("timezone", "lock_timeout", "application_name", "migrator.allow_data_loss")
        }
    assert said == {
        "timezone": "UTC",
        "lock_timeout": "250ms",
        "application_name": "migrator 0.1.0",
        "migrator.allow_data_loss": "tasks",
    }


@pytest.fixture
def pgbouncer(server: Server) -> Iterator[Callable[[str, str], str]]:
    """Start a real PgBouncer in front of a database; returns the address through it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
    started: list[subprocess.Popen[bytes]] = []
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # whom it runs as must read its settings

    def start(url: str, extra: str) -> str:
        port, database = free_port(), sa.make_url(url).database
        ini = folder / f"{port}.ini"
        ini.write_text(
            f"[databases]\n{database} = host={server.socket_dir} port={server.port}"
            f" user={EMBEDDED_ROLE}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = any\npool_mode = transaction\n{extra}\n"
        )
        # Like PostgreSQL it refuses to run as root; as who runs that, it reaches its socket.
        account = find(Path(program), server.socket_dir, server.data_dir)
        switch = os.geteuid() == 0 and not account.prefix
        with (folder / "pgbouncer.log").open("wb") as log:
            command = [*account.prefix, program, "-q", str(ini)]
            user = account.uid if switch else None
            started.append(subprocess.Popen(command, stderr=log, user=user))
        through = f"postgresql+psycopg://{EMBEDDED_ROLE}@127.0.0.1:{port}/{database}"
        wait_for(lambda: answers(through))
        return through

    yield start
    for process in started:
        process.terminate()
        process.wait()
    shutil.rmtree(folder)


def answers(url: str) -> bool:
    try:
        return execute(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


@pytest.mark.parametrize("extra", ["", "ignore_startup_parameters = options"])
def test_a_pooler_is_refused_whatever_its_host_is_called(
    pgbouncer: Callable[[str, str], str], auth_database: str, extra: str
) -> None:
    through = pgbouncer(auth_database, extra)
    message, detail, hint = fails(through)
    assert message == f"error: {describe(parse(through))} is behind a connection pooler, which " + (
        "cannot carry a migration"
    )
    assert detail == (
        "detail: session settings and the migration lock do not survive a transaction there"
    )
    assert hint == (
        "hint: set DATABASE_URL_UNPOOLED to the address of the PostgreSQL server itself"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"DATABASE_URL=postgresql://h/d\nthis is no line\n",
            [
                'error: ".env" cannot be understood at line 2',
                "detail: a line is NAME=value; a value with spaces, quotes or # stands in quotes",
                "hint: compare it with .env.example; nothing was read from it",
            ],
        ),
        (b"DATABASE_URL='postgresql://h/d\n", ['error: ".env" cannot be understood at line 1']),
        (b"DATABASE_URL=\xff\xfe\n", ['error: ".env" is not UTF-8 text']),
        (
            b"LOCK_TIMEOUT=soon\n",
            [
                'error: "LOCK_TIMEOUT" has a value that cannot be used',
                "detail: input should be a valid number, unable to parse string as a number",
                "hint: see .env.example for what it means",
            ],
        ),
        (
            b"LOCK_TIMEOUT=0\n",
            [
                'error: "LOCK_TIMEOUT" has a value that cannot be used',
                "detail: input should be greater than 0",
            ],
        ),
    ],
)
def test_a_dirty_env_file(tmp_path: Path, content: bytes, told: list[str]) -> None:
    (tmp_path / "alembic.ini").touch()
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(errors.MigratorError) as error:
        Project.load(tmp_path / "alembic.ini").url  # noqa: B018  reading it is the test
    assert str(error.value).splitlines()[: len(told)] == told


def test_an_env_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic.ini").touch()
    (tmp_path / ".env").write_text(
        "# a remark\nexport DATABASE_URL='postgresql://h/one'\nOTHER=1\n"
    )
    assert Project.load(tmp_path / "alembic.ini").url.database == "one"
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/two")
    assert Project.load(tmp_path / "alembic.ini").url.database == "two"
    assert Project.load(tmp_path / "alembic.ini", "postgresql://h/three").url.database == "three"


def test_no_project_here(tmp_path: Path) -> None:
    with pytest.raises(errors.MigratorError) as error:
        Project.load(tmp_path / "alembic.ini")
    assert told(error) == [
        f'error: no "{tmp_path}/alembic.ini"',
        "hint: run this in the project's folder, or name the file: --config path/to/alembic.ini",
    ]
