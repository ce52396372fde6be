"""The embedded PostgreSQL: started, killed, started twice at once."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from migrator import embedded
from migrator.embedded import Server
from migrator.sandbox import Seed
from tests.processes import ask, python, wait_for
from tests.servers import installations


def postmaster(server: Server) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().split()[0])


def test_starts_once_and_stops(folder: Path) -> None:
    first = embedded.start(folder, durable=False)
    pid = postmaster(first)
    assert embedded.start(folder, durable=False) == first
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
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
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
    server = embedded.start(folder, durable=False)
    owner = server.data_dir.stat()
    left = (server.data_dir / "postmaster.pid").read_text().split("\n")
    embedded.stop(folder)
    other = subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None)
    try:
        stale = server.data_dir / "postmaster.pid"
        stale.write_text("\n".join([str(other.pid), *left[1:]]))
        os.chown(stale, owner.st_uid, owner.st_gid)
        assert ask(embedded.start(folder, durable=False), "SELECT 1") == [1]
        embedded.stop(folder)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_four_processes_start_one_server(folder: Path) -> None:
    code = """
        server = embedded.start(Path(argv[2]), durable=False)
        print((server.data_dir / "postmaster.pid").read_text().split()[0])
        """
    starting = [
        subprocess.Popen(python(code, folder), stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [process.communicate()[0] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0, 0]
    assert len(set(said)) == 1


def test_recovers_when_its_maker_was_killed(folder: Path) -> None:
    maker = subprocess.Popen(python("embedded.start(Path(argv[2]), durable=False)", folder))
    wait_for((folder / "18.new" / "PG_VERSION").exists)
    maker.kill()
    maker.wait()
    assert ask(embedded.start(folder, durable=False), "SELECT 1") == [1]
    assert not (folder / "18.new").exists()


@pytest.mark.parametrize("major", installations())
def test_every_version_that_is_installed(folder: Path, seed: Seed, major: int) -> None:
    server = embedded.start(folder, bin_dir=installations()[major], durable=False)
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == [major]
    embedded.ensure_database(server, "todo", "migrator", seed)
    assert ask(server, 'SELECT count(*) FROM "user"', "todo") == [0]
