"""Reading takes one snapshot, works for anybody, and leaves nothing behind."""

import threading

import pytest
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from migrator.catalog import Catalog, differences, digest, read, reading, to_json
from migrator.catalog.model import UNREADABLE
from migrator.embedded import Server
from migrator.errors import MigratorError
from tests.catalog.databases import Run, catalog_of, raw_of

SETTINGS = ("search_path", "timezone", "jit", "transaction_isolation", "transaction_read_only")


def settings(connection: sa.Connection) -> list[str]:
    return [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in SETTINGS]


def test_two_reads_are_equal_to_the_byte(connection: sa.Connection, wanted: Catalog) -> None:
    assert to_json(read(connection)) == to_json(read(connection)) == to_json(wanted)


def test_leaves_an_idle_connection_idle(connection: sa.Connection) -> None:
    before = settings(connection)
    connection.rollback()
    read(connection)
    assert raw_of(connection).info.transaction_status == TransactionStatus.IDLE
    assert settings(connection) == before


def test_sees_and_keeps_what_the_transaction_has_done(
    connection: sa.Connection, run: Run, wanted: Catalog
) -> None:
    connection.exec_driver_sql("SET LOCAL search_path = ops")
    connection.exec_driver_sql("CREATE TABLE made (id int)")
    before = settings(connection)
    seen = read(connection)
    assert seen.objects.keys() - wanted.objects.keys() == {
        ("table", "ops.made"),
        ("table column", "ops.made.id"),
    }
    assert settings(connection) == before
    assert connection.exec_driver_sql("SELECT to_regclass('ops.made')").scalar_one() is not None


def test_works_on_an_autocommit_connection(connection: sa.Connection, wanted: Catalog) -> None:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    assert digest(read(connection)) == digest(wanted)
    assert raw_of(connection).info.transaction_status == TransactionStatus.IDLE


def test_works_after_psycopg_would_have_prepared_it(connection: sa.Connection) -> None:
    assert len({digest(read(connection)) for _ in range(7)}) == 1


def test_a_reader_without_privileges_sees_the_same(rich: Server, wanted: Catalog) -> None:
    seen = catalog_of(rich, "rich", "catalog_owner")
    assert differences(wanted, seen) == []
    # But for the options with which somebody else logs in at another server.
    mapping = ("user mapping", "catalog_app on server depot")
    assert seen.objects[mapping].attributes["options"] == UNREADABLE
    objects = {**seen.objects, mapping: wanted.objects[mapping]}
    assert to_json(Catalog(objects)) == to_json(wanted)


def test_no_secret_is_read(wanted: Catalog) -> None:
    text = to_json(wanted)
    assert "hunter2" not in text
    assert "password=(hidden)" in text


def test_members_of_extensions_are_left_out(connection: sa.Connection, run: Run) -> None:
    run(
        "ALTER EXTENSION plpgsql ADD FUNCTION public.hours; ALTER EXTENSION plpgsql ADD TABLE teams"
    )
    seen = read(connection)
    assert ("extension", "plpgsql") in seen.objects
    assert not [one for one in seen.objects if one[1].startswith(("public.hours", "public.teams"))]


def test_nothing_of_postgresql_itself_is_read(wanted: Catalog) -> None:
    schemas = ("pg_catalog.", "information_schema.", "pg_toast.", "pg_temp")
    assert not [key for key in wanted.objects if key[1].startswith(schemas)]
    assert not [key for key in wanted.objects if not key[0] or not key[1]]


def test_what_is_not_psycopg_is_refused() -> None:
    with (
        sa.create_engine("sqlite://").connect() as connection,
        pytest.raises(TypeError, match="read through psycopg, not Connection"),
    ):
        read(connection)


def test_reads_again_until_a_lock_is_gone(
    rich: Server, connection: sa.Connection, wanted: Catalog
) -> None:
    with rich.connect("rich") as other:
        other.execute("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        release = threading.Timer(0.5, other.rollback)
        release.start()
        assert digest(read(connection)) == digest(wanted)
        release.join()


def test_gives_up_on_a_schema_that_stays_locked(
    rich: Server, connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_TRIES", 2)
    with rich.connect("rich") as other:
        other.execute("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(MigratorError) as raised:
            read(connection)
        other.rollback()
    assert str(raised.value) == (
        "error: could not read the schema, somebody is changing it (2 tries)\n"
        "detail: canceling statement due to lock timeout\n"
        "hint: run it again when that change is done"
    )
    assert raw_of(connection).info.transaction_status == TransactionStatus.IDLE
