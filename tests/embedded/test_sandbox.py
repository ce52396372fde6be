"""Throwaway databases are gone afterwards, and a half-filled one is never seen."""

import signal
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from migrator import embedded
from migrator.embedded import Server
from migrator.sandbox import Seed, sandbox
from tests.processes import python, wait_for


@pytest.fixture
def name(server: Server) -> Iterator[str]:
    """The name of a database that the test makes."""
    yield "sandbox_test"
    with server.connect() as admin:
        admin.execute("DROP DATABASE IF EXISTS sandbox_test WITH (FORCE)")


def databases(server: Server, prefix: str) -> list[str]:
    with server.connect() as admin:
        rows = admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        return [row[0] for row in rows]


def open_sandbox(server: Server, prefix: str) -> subprocess.Popen[str]:
    """Return a process that is inside a sandbox until it is killed."""
    code = """
        with sandbox(argv[2], prefix=argv[3]) as url:
            print(url, flush=True)
            time.sleep(600)
        """
    process = subprocess.Popen(
        python(code, server.url(), prefix), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline()
    return process


def end(process: subprocess.Popen[str], by: signal.Signals) -> None:
    process.send_signal(by)
    process.communicate()


def test_is_empty_and_gone_afterwards(server: Server) -> None:
    with sandbox(server.url(), prefix="empty") as url:
        with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
            row = connection.exec_driver_sql(
                "SELECT pg_encoding_to_char(encoding), datcollate, datlocprovider::text "
                "FROM pg_database WHERE datname = current_database()"
            ).one()
        assert tuple(row) == ("UTF8", "C", "c")
        assert len(databases(server, "empty")) == 1
    assert databases(server, "empty") == []


def test_is_gone_after_an_error_even_with_a_connection_left(server: Server) -> None:
    def use() -> None:
        with sandbox(server.url(), prefix="error") as url:
            left.append(psycopg.connect(url.replace("+psycopg", "")))
            raise ZeroDivisionError

    left: list[psycopg.Connection] = []
    with pytest.raises(ZeroDivisionError):
        use()
    left[0].close()
    assert databases(server, "error") == []


def test_is_gone_after_ctrl_c(server: Server) -> None:
    process = open_sandbox(server, "interrupted")
    end(process, signal.SIGINT)
    assert databases(server, "interrupted") == []


def test_the_next_one_drops_what_a_killed_process_left(server: Server) -> None:
    killed, living = open_sandbox(server, "killed"), open_sandbox(server, "killed")
    end(killed, signal.SIGKILL)
    left = databases(server, "killed")
    assert len(left) == 2

    def next_one() -> bool:  # the server takes a moment to notice that its client is gone
        with sandbox(server.url("template1"), prefix="killed"):
            return len(databases(server, "killed")) == 2

    wait_for(next_one)
    (still,) = databases(server, "killed")
    assert str(living.pid) in still
    end(living, signal.SIGINT)
    assert databases(server, "killed") == []


def test_leaves_databases_of_similar_names_alone(server: Server, name: str) -> None:
    with server.connect() as admin:
        admin.execute("CREATE DATABASE sandbox_test")
    with sandbox(server.url()):
        assert name in databases(server, "sandbox_")


def test_for_a_user_who_is_no_superuser(server: Server, seed: Seed) -> None:
    with server.connect() as admin:
        admin.execute("CREATE ROLE maker LOGIN CREATEDB CREATEROLE")
    seed = Seed(seed.file, "maker_auth", seed.shared)
    with sandbox(server.url(user="maker"), prefix="maker", seed=seed) as url:
        address = url.replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            query = """SELECT tableowner, has_table_privilege('user', 'INSERT') FROM pg_tables
                       WHERE tablename = 'user'"""
            assert connection.execute(query).fetchone() == ("maker_auth", True)
        with sandbox(server.url(user="maker"), prefix="copy", template=_name(url)) as copy:
            assert databases(server, "copy") == [_name(copy)]
    assert databases(server, "maker") == []


def _name(url: str) -> str:
    return sa.make_url(url).database or ""


def test_database_with_the_tables_of_another_program(server: Server, name: str, seed: Seed) -> None:
    for _ in range(2):
        embedded.ensure_database(server, name, "migrator", seed)
    assert databases(server, name) == [name]
    with psycopg.connect(server.url(name, "migrator").replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False,)
        assert connection.execute('SELECT * FROM "user"').fetchall() == []
        connection.execute('CREATE TABLE tasks (user_id text REFERENCES "user")')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute('ALTER TABLE "user" ADD COLUMN mine int')
    with psycopg.connect(server.url(name, "better_auth").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE plugin (id text)")
        connection.execute('INSERT INTO "user" (id) VALUES (1)')
        assert connection.execute('SELECT name FROM "user"').fetchone() == ("100%",)


def test_a_failing_seed_leaves_nothing(server: Server, name: str, seed: Seed) -> None:
    seed.file.write_text(seed.file.read_text() + "SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        embedded.ensure_database(server, name, "migrator", seed)
    assert databases(server, name) == []


def test_a_half_filled_database_is_never_seen(server: Server, name: str, seed: Seed) -> None:
    slow = seed.file.with_name("slow.sql")
    slow.write_text(seed.file.read_text() + "SELECT pg_sleep(600);")
    code = """
        server = embedded.start(Path(argv[2]))
        seed = Seed(Path(argv[4]), "better_auth", ())
        embedded.ensure_database(server, argv[3], "migrator", seed)
        """
    filler = subprocess.Popen(
        python(code, server.data_dir.parent, name, slow), stdout=subprocess.PIPE, text=True
    )
    with server.connect() as admin:
        query = (
            "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND starts_with(datname, %s)"
        )
        wait_for(lambda: admin.execute(query, [name]).fetchone() is not None)
    (half,) = databases(server, name)
    assert half.startswith(f"{name}_filling_")
    end(filler, signal.SIGKILL)
    embedded.ensure_database(server, name, "migrator", seed)
    with server.connect(name) as connection:
        assert connection.execute('SELECT count(*) FROM "user"').fetchone() == (0,)
    with sandbox(server.url(), prefix=f"{name}_filling"):
        pass
    assert databases(server, name) == [name]
