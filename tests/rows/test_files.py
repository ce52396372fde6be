"""Rows that a user has."""

import os
import re
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from migrator.embedded import Server, wheel_programs
from migrator.errors import MigratorError
from migrator.project import EMBEDDED_ROLE
from migrator.rows import load, restore
from migrator.sandbox import sandbox
from tests.processes import ask, python, wait_for
from tests.rows.conftest import Empty

_TABLE = "CREATE TABLE t (id integer PRIMARY KEY, note text)"


def rows(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM t ORDER BY id").fetchall()


def test_a_seed_may_hold_copy_blocks(empty: Empty, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("3,c\n")
    file = tmp_path / "seed.sql"
    file.write_text(
        "INSERT INTO t VALUES (1, 'a');\nCOPY t (id, note) FROM stdin;\n2\tb\n\\.\n"
        f"\\copy t from '{tmp_path}/more.csv' csv\n"
    )
    with empty(_TABLE) as one:
        load(one, file)
        assert rows(one) == [(1, "a"), (2, "b"), (3, "c")]


def test_a_seed_that_fails_leaves_nothing(empty: Empty, tmp_path: Path) -> None:
    file = tmp_path / "seed.sql"
    file.write_text("INSERT INTO t VALUES (1, 'a');\nINSERT INTO t VALUES ('secret', 'a');\n")
    with empty(_TABLE) as one:
        with pytest.raises(MigratorError) as caught:
            load(one, file)
        assert rows(one) == []
        assert str(caught.value) == (
            f'error: line 2 of "{file}" could not be executed:'
            " invalid input syntax for type integer"
        )
        file.unlink()
        with pytest.raises(MigratorError) as caught:
            load(one, file)
    assert str(caught.value) == f'error: "{file}" could not be executed: there is no such file'


@pytest.mark.parametrize("form", ["plain", "custom", "directory", "tar"])
def test_a_dump_is_restored(server: Server, empty: Empty, tmp_path: Path, form: str) -> None:
    dump = tmp_path / "dump"
    role = f"rows_gone_{form}_{os.getpid()}"
    with empty(_TABLE, as_superuser=True) as one:
        one.execute("INSERT INTO t VALUES (1, 'a')")
        one.execute(f"CREATE ROLE {role}".encode())
        one.execute(f"CREATE TABLE u (); ALTER TABLE u OWNER TO {role}".encode())
        one.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
        one.execute(f"CREATE POLICY p ON t TO {role}".encode())
        place: list[str | Path] = [
            "-h",
            str(server.socket_dir),
            "-p",
            str(server.port),
            "-U",
            "postgres",
        ]
        command = [wheel_programs() / "pg_dump", f"--format={form}", "-f", dump, *place]
        subprocess.run([*command, one.info.dbname], check=True)
        one.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())
    with empty() as one:
        name = one.info.dbname
        said = restore(server.url(name, EMBEDDED_ROLE), dump)
        assert rows(one) == [(1, "a")]
        (reason,) = said
        where = r"line \d+" if form == "plain" else f"CREATE POLICY p ON public.t TO {role}"
        assert re.fullmatch(f'{where}: role "{role}" does not exist', reason)


def test_what_is_no_dump_is_refused(server: Server, empty: Empty, tmp_path: Path) -> None:
    file = tmp_path / "dump"
    file.write_bytes(b"\x00\x01\x02")
    with empty() as one, pytest.raises(MigratorError) as caught:
        restore(server.url(one.info.dbname, EMBEDDED_ROLE), file)
    assert str(caught.value).startswith(f'error: "{file}" could not be restored: ')


def test_what_a_killed_fill_leaves_is_dropped(server: Server) -> None:
    code = """
        import psycopg
        from migrator.rows import fill
        with sandbox(argv[2], prefix="rows_killed") as url:
            address = url.replace("+psycopg", "")
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE TABLE t (id serial, a text, b integer)")
                fill(connection, rows=100_000_000)
    """
    left = "SELECT datname FROM pg_database WHERE datname ^@ 'rows_killed'"
    filling = "SELECT 1 FROM pg_stat_activity WHERE query ^@ 'COPY pg_temp.migrator_rows'"
    with subprocess.Popen(python(code, server.url())) as process:
        wait_for(lambda: ask(server, filling))
        process.send_signal(signal.SIGKILL)
    assert len(ask(server, left)) == 1
    with sandbox(server.url(), prefix="rows_killed") as url:
        assert ask(server, left) == [sa.make_url(url).database]
