"""NOT NULL without reading all rows under a strong lock."""

import psycopg
import pytest

from migrator import errors
from migrator.catalog import differences
from tests import lab
from tests.database import connect
from tests.ops.conftest import Lab
from tests.processes import wait_for

SET = 'ops.set_not_null("notes", "owner")'
DROP = 'ops.drop_not_null("notes", "owner")'
COLUMN = "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'notes'::regclass AND attnum = 2"
CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = 'notes'::regclass AND contype = 'c'"
PROMISE = "ALTER TABLE notes ADD CONSTRAINT notes_owner_not_null "


def promise(notes: Lab) -> str:
    """What an interruption leaves, by the server's version."""
    with connect(notes.url) as connection:
        new = connection.info.server_version >= 180000
    return PROMISE + ("NOT NULL owner" if new else "CHECK (owner IS NOT NULL)") + " NOT VALID"


def test_the_same_as_a_plain_one_by_alembic_and_by_psql(notes: Lab) -> None:
    before = notes.catalog()
    head = notes.revise(SET, DROP)
    notes.upgrade()
    after = notes.catalog()
    assert notes.psql(f"base:{head}") == ""
    assert differences(after, notes.catalog(notes.twin)) == []
    notes.downgrade()
    assert differences(before, notes.catalog()) == []
    notes.execute("ALTER TABLE notes ALTER COLUMN owner SET NOT NULL")
    assert differences(after, notes.catalog()) == []


def test_a_row_without_a_value_is_refused_and_the_next_run_goes_on(notes: Lab) -> None:
    notes.execute("UPDATE notes SET owner = NULL WHERE id = 7")
    notes.revise(SET)
    with pytest.raises(errors.MigratorError) as failed:
        notes.upgrade()
    assert '"owner"' in failed.value.message or "notes_owner_not_null" in failed.value.message
    with pytest.raises(psycopg.errors.IntegrityError):
        notes.execute("INSERT INTO notes (owner) VALUES (NULL)")
    notes.execute("UPDATE notes SET owner = '' WHERE id = 7")
    notes.upgrade()
    assert notes.execute(COLUMN) == [(True,)]
    assert notes.execute(CHECKS) == []


@pytest.mark.parametrize("validated", [False, True])
def test_goes_on_from_every_point_of_an_interruption(notes: Lab, validated: bool) -> None:
    notes.execute(promise(notes))
    if validated:
        notes.execute("ALTER TABLE notes VALIDATE CONSTRAINT notes_owner_not_null")
    notes.revise(SET)
    notes.upgrade()
    assert notes.execute(COLUMN) == [(True,)]
    assert notes.execute(CHECKS) == []
    with pytest.raises(psycopg.errors.NotNullViolation):
        notes.execute("INSERT INTO notes (owner) VALUES (NULL)")


def test_a_column_that_is_not_null_already_stays_as_it_is(notes: Lab) -> None:
    notes.execute("ALTER TABLE notes ALTER COLUMN owner SET NOT NULL")
    before = notes.catalog()
    notes.revise(SET)
    notes.upgrade()
    assert differences(before, notes.catalog()) == []


def test_rows_are_read_once_and_outside_a_transaction(notes: Lab) -> None:
    """What locks readers out reads nothing."""
    head = notes.revise(SET)
    text = lab.offline(notes.project, f"base:{head}")
    before, validate, after = text.partition("VALIDATE CONSTRAINT")
    assert validate
    assert before.rindex("COMMIT;") > before.rindex("BEGIN;")
    assert after.index("BEGIN;") < after.index("SET NOT NULL")
    read = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'notes'"
    ((so_far,),) = notes.execute(read)
    assert isinstance(so_far, int)
    notes.upgrade()
    wait_for(lambda: notes.execute(read) != [(so_far,)])
    assert notes.execute(read) == [(so_far + 1000,)]
