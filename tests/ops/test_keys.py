"""Unique constraints and primary keys over an index that was built before."""

import pytest

from migrator import errors
from migrator.catalog import differences
from tests.database import execute
from tests.ops.conftest import Lab

UNIQUE = 'ops.add_unique("uq_notes_rank", "notes", ["rank"])'
DROP_UNIQUE = 'op.drop_constraint(op.f("uq_notes_rank"), "notes")'
KEY = 'ops.add_primary_key("pk_notes", "notes", ["rank", "body"])'
DROP_KEY = 'op.drop_constraint(op.f("pk_notes"), "notes")'
PLAIN = {
    UNIQUE: "ALTER TABLE notes ADD CONSTRAINT uq_notes_rank UNIQUE (rank)",
    KEY: "ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY (rank, body)",
}


def prepare(notes: Lab) -> None:
    for url in (notes.url, notes.twin):
        execute(url, "ALTER TABLE notes DROP CONSTRAINT notes_pkey")
        execute(url, "ALTER TABLE notes ALTER rank SET NOT NULL, ALTER body SET NOT NULL")


@pytest.mark.parametrize(("add", "drop"), [(UNIQUE, DROP_UNIQUE), (KEY, DROP_KEY)])
def test_the_same_as_a_plain_one_by_alembic_and_by_psql(notes: Lab, add: str, drop: str) -> None:
    prepare(notes)
    before = notes.catalog()
    head = notes.revise(add, drop)
    notes.upgrade()
    after = notes.catalog()
    assert "ERROR" not in notes.psql(f"base:{head}")
    assert differences(after, notes.catalog(notes.twin)) == []
    notes.downgrade()
    assert differences(before, notes.catalog()) == []
    notes.execute(PLAIN[add])
    assert differences(after, notes.catalog()) == []


@pytest.mark.parametrize("add", [UNIQUE, KEY])
def test_a_file_for_psql_is_run_again_when_only_the_stamp_is_missing(notes: Lab, add: str) -> None:
    prepare(notes)
    head = notes.revise(add)
    assert "ERROR" not in notes.psql(f"base:{head}")
    wanted = notes.catalog(notes.twin)
    execute(notes.twin, "DROP TABLE alembic_version")
    assert "ERROR" not in notes.psql(f"base:{head}")
    assert differences(wanted, notes.catalog(notes.twin)) == []


def test_duplicates_are_refused_as_those_of_an_index(notes: Lab) -> None:
    notes.execute("UPDATE notes SET rank = 7 WHERE id < 4")
    before = notes.catalog()
    notes.revise(UNIQUE)
    with pytest.raises(errors.Refused) as refused:
        notes.upgrade()
    assert refused.value.message == (
        'unique index "uq_notes_rank_new" cannot be built: "notes" has 1 key that occurs more than '
        "once, in 4 rows"
    )
    assert refused.value.detail == "rank of 1 characters: 4 rows"
    assert differences(before, notes.catalog()) == []


def test_a_primary_key_reads_no_rows_to_make_columns_not_null(notes: Lab) -> None:
    notes.execute("ALTER TABLE notes DROP CONSTRAINT notes_pkey")
    notes.execute("ALTER TABLE notes ALTER rank SET NOT NULL")
    before = notes.catalog()
    notes.revise(KEY)
    with pytest.raises(errors.MigratorError) as refused:
        notes.upgrade()
    assert str(refused.value).splitlines() == [
        "error: body of notes may be NULL",
        "hint: nothing was changed; ops.set_not_null in a revision before this one",
    ]
    assert differences(before, notes.catalog()) == []
