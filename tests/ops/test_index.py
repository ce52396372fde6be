"""Concurrent index builds: kept, recovered, refused, with nothing left behind."""

import threading

import psycopg
import pytest

from migrator import errors
from migrator.catalog import differences
from tests.database import connect
from tests.ops.conftest import Lab
from tests.processes import wait_for

BUILD = 'ops.create_index_concurrently("ix_notes_owner", "notes", ["owner", "rank DESC"])'
DROP = 'ops.drop_index_concurrently("ix_notes_owner")'
UNIQUE = 'ops.create_index_concurrently("uq_notes", "notes", ["owner", "(rank % 2)"], unique=True)'
INDEXES = """
SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = 'notes'::regclass AND NOT i.indisprimary ORDER BY 1
"""
OID = "SELECT 'ix_notes_owner'::regclass::oid::int"


def fails(url: str, statement: str, limit: str = "100ms") -> None:
    """Run a concurrent statement that cannot end while another transaction has the table."""
    with connect(url, autocommit=False) as other, connect(url) as builder:
        other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        builder.execute(f"SET statement_timeout = '{limit}'".encode())
        with pytest.raises(psycopg.errors.QueryCanceled):
            builder.execute(statement.encode())


def test_the_same_by_alembic_and_by_psql(notes: Lab) -> None:
    before = notes.catalog()
    head = notes.revise(BUILD, DROP)
    notes.upgrade()
    assert "ERROR" not in notes.psql(f"base:{head}")
    assert differences(notes.catalog(), notes.catalog(notes.twin)) == []
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]
    notes.downgrade()
    assert differences(before, notes.catalog()) == []


def test_a_valid_index_of_this_definition_is_kept(notes: Lab) -> None:
    notes.execute("CREATE INDEX ix_notes_owner ON notes (owner, rank DESC)")
    oid = notes.execute(OID)
    notes.revise(BUILD)
    notes.upgrade()
    assert notes.execute(OID) == oid


@pytest.mark.parametrize(
    "other",
    [
        "CREATE INDEX ix_notes_owner ON notes (owner, rank)",
        "CREATE UNIQUE INDEX ix_notes_owner ON notes (owner, rank DESC)",
        "CREATE INDEX ix_notes_owner ON notes (owner, rank DESC) WHERE rank > 3",
        "CREATE INDEX ix_notes_owner ON notes (owner, rank DESC) INCLUDE (body)",
        "CREATE INDEX ix_notes_owner ON notes (owner text_pattern_ops, rank DESC)",
        "CREATE INDEX ix_notes_owner ON notes (owner, rank DESC) WITH (fillfactor = 50)",
        "CREATE INDEX ix_notes_owner ON notes USING hash (owner)",
    ],
)
def test_another_definition_is_built_anew(notes: Lab, other: str) -> None:
    notes.execute(other)
    notes.revise(BUILD)
    notes.upgrade()
    ((definition,),) = notes.execute("SELECT pg_get_indexdef('ix_notes_owner'::regclass)")
    assert definition == (
        "CREATE INDEX ix_notes_owner ON public.notes USING btree (owner, rank DESC)"
    )


def test_an_invalid_index_is_built_anew(notes: Lab) -> None:
    fails(notes.url, "CREATE INDEX CONCURRENTLY ix_notes_owner ON notes (owner, rank DESC)")
    assert notes.execute(INDEXES) == [("ix_notes_owner", False)]
    notes.revise(BUILD, DROP)
    notes.upgrade()
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]
    fails(notes.url, "DROP INDEX CONCURRENTLY ix_notes_owner")
    assert notes.execute(INDEXES) == [("ix_notes_owner", False)]
    notes.downgrade()
    assert notes.execute(INDEXES) == []


def test_an_index_of_another_table_is_not_dropped(notes: Lab) -> None:
    notes.execute("CREATE TABLE others (owner text)")
    notes.execute("CREATE INDEX ix_notes_owner ON others (owner)")
    notes.revise(BUILD)
    with pytest.raises(errors.Refused) as refused:
        notes.upgrade()
    assert str(refused.value).splitlines() == [
        'error: index "ix_notes_owner" belongs to others, so that "notes" cannot have one of '
        "that name",
        "hint: nothing was changed; give one of the two another name",
    ]
    assert notes.execute("SELECT to_regclass('ix_notes_owner')::text") == [("ix_notes_owner",)]


@pytest.mark.parametrize("operation", [BUILD, DROP, 'ops.reindex_concurrently("ix_notes_owner")'])
def test_leftovers_of_a_reindex_go(notes: Lab, operation: str) -> None:
    notes.execute("CREATE INDEX ix_notes_owner ON notes (owner, rank DESC)")
    fails(notes.url, "REINDEX INDEX CONCURRENTLY ix_notes_owner")
    fails(notes.url, "REINDEX INDEX CONCURRENTLY ix_notes_owner")
    # Nothing of it: valid, or of another index.
    notes.execute("CREATE INDEX ix_notes_body_ccnew ON notes (body)")
    left = [name for name, valid in notes.execute(INDEXES) if not valid]
    assert left == ["ix_notes_owner_ccnew", "ix_notes_owner_ccnew1"]
    notes.revise(operation)
    notes.upgrade()
    kept = [] if operation == DROP else [("ix_notes_owner", True)]
    assert notes.execute(INDEXES) == [("ix_notes_body_ccnew", True), *kept]


def test_reindex_makes_a_broken_index_valid_and_a_new_file(notes: Lab) -> None:
    head = notes.revise('ops.reindex_concurrently("ix_notes_owner")')
    for url in (notes.url, notes.twin):
        fails(url, "CREATE INDEX CONCURRENTLY ix_notes_owner ON notes (owner)")
        fails(url, "REINDEX INDEX CONCURRENTLY ix_notes_owner")
    notes.upgrade()
    said = notes.psql(f"base:{head}")
    assert "ERROR" not in said, said
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]
    assert differences(notes.catalog(), notes.catalog(notes.twin)) == []


def test_duplicates_are_counted_and_not_shown(notes: Lab) -> None:
    notes.revise(UNIQUE)
    before = notes.catalog()
    with pytest.raises(errors.Refused) as refused:
        notes.upgrade()
    found = "WHERE (owner) IS NOT NULL AND ((rank % 2)) IS NOT NULL GROUP BY 1, 2"
    assert str(refused.value).splitlines() == [
        'error: unique index "uq_notes" cannot be built: "notes" has 14 keys that occur more than '
        "once, in 1000 rows",
        "detail: owner of 7 characters, (rank % 2) of 1 characters: 72 rows; "
        "owner of 7 characters, (rank % 2) of 1 characters: 72 rows; "
        "owner of 7 characters, (rank % 2) of 1 characters: 72 rows",
        "hint: nothing of the index is left; find them: SELECT owner, (rank % 2), count(*) FROM "
        f"notes {found} HAVING count(*) > 1; to see values here: "
        "PGOPTIONS='-c migrator.show_values=on'",
    ]
    assert differences(before, notes.catalog()) == []


def test_values_are_shown_to_who_asks(notes: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    notes.execute("UPDATE notes SET owner = 'it''s: 100%', rank = 0 WHERE id IN (5, 6, 7)")
    notes.execute("DELETE FROM notes WHERE rank > 6")
    notes.revise(
        "ops.create_index_concurrently("
        '"uq", "notes", ["owner"], unique=True, postgresql_where="owner LIKE \'it%\'")'
    )
    monkeypatch.setenv("PGOPTIONS", "-c migrator.show_values=on")
    with pytest.raises(errors.Refused) as refused:
        notes.upgrade()
    assert refused.value.message.endswith('"notes" has 1 key that occurs more than once, in 3 rows')
    assert refused.value.detail == "owner it's: 100%: 3 rows"
    assert notes.execute(INDEXES) == []


def test_nulls_are_duplicates_only_where_they_are(notes: Lab) -> None:
    notes.execute("UPDATE notes SET owner = CASE WHEN id > 2 THEN 'o' || id END")
    notes.revise('ops.create_index_concurrently("uq", "notes", ["owner"], unique=True)')
    notes.upgrade()
    notes.revise(
        "ops.create_index_concurrently("
        '"uq2", "notes", ["owner"], unique=True, postgresql_nulls_not_distinct=True)'
    )
    with pytest.raises(errors.Refused) as refused:
        notes.upgrade()
    assert refused.value.detail == "owner NULL: 2 rows"
    assert notes.execute(INDEXES) == [("uq", True)]


def test_a_row_that_an_expression_fails_on_leaves_nothing(notes: Lab) -> None:
    notes.revise('ops.create_index_concurrently("ix", "notes", ["(1 / (rank - 7))"])')
    with pytest.raises(errors.MigratorError) as failed:
        notes.upgrade()
    assert failed.value.message == "division by zero"
    assert notes.execute(INDEXES) == []


def test_a_build_ends_at_its_limit_and_the_next_one_goes_on(notes: Lab) -> None:
    notes.revise(
        f"""
        op.execute("SELECT set_config('migrator.build_timeout', '1500ms', false)")
        {BUILD}
        """
    )
    with connect(notes.url, autocommit=False) as other:
        other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        with pytest.raises(errors.MigratorError) as failed:
            notes.upgrade()
    assert failed.value.message == "canceling statement due to statement timeout"
    notes.upgrade()
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]


def test_limits_are_those_of_before_afterwards(notes: Lab) -> None:
    notes.revise(
        f"""
        op.execute("SET statement_timeout = '77s'")
        {BUILD}
        op.execute("CREATE TABLE seen AS SELECT name, setting FROM pg_settings"
                   " WHERE name IN ('lock_timeout', 'statement_timeout')")
        """
    )
    notes.upgrade()
    assert notes.execute("SELECT * FROM seen ORDER BY 1") == [
        ("lock_timeout", "250"),
        ("statement_timeout", "77000"),
    ]


def test_another_build_is_waited_for_and_its_index_kept(notes: Lab) -> None:
    """A killed process leaves its build running in the server."""
    notes.revise(BUILD)
    orphan = "CREATE INDEX CONCURRENTLY ix_notes_owner ON notes (owner, rank DESC)"
    waiting = "SELECT count(*) FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'"
    with connect(notes.url, autocommit=False) as other:
        other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        with connect(notes.url) as builder:
            building = threading.Thread(target=builder.execute, args=(orphan.encode(),))
            building.start()
            wait_for(lambda: notes.execute(waiting) == [(1,)])
            upgrading = threading.Thread(target=notes.upgrade)
            upgrading.start()
            wait_for(lambda: notes.execute("SELECT to_regclass('alembic_version')") != [(None,)])
            oid = notes.execute(OID)
            other.rollback()
            building.join()
            upgrading.join()
    assert notes.execute(OID) == oid
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]


def test_a_lost_connection_is_named_and_the_next_run_goes_on(notes: Lab) -> None:
    notes.revise(BUILD)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            notes.upgrade()
        except errors.MigratorError as error:
            failed.append(error)

    builder = "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'"
    with connect(notes.url, autocommit=False) as other:
        other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        upgrading = threading.Thread(target=run)
        upgrading.start()
        wait_for(lambda: notes.execute(builder))
        notes.execute(f"SELECT pg_terminate_backend(({builder}))")
        upgrading.join()
    assert len(failed) == 1
    assert str(failed[0]).splitlines()[0] == (
        "error: terminating connection due to administrator command"
    )
    notes.upgrade()
    assert notes.execute(INDEXES) == [("ix_notes_owner", True)]
