"""What a statement is seen to do, for statements of which that is known."""

import pytest

from migrator.preflight.modes import Mode
from migrator.review.observed import Observed, Rows
from tests.review.conftest import ROWS, SETUP, Rehearse

T, PARENT = "public.t", "public.parent"


def strongest(seen: Observed) -> dict[str, Mode]:
    """The strongest lock that it got on each table."""
    found: dict[str, Mode] = {}
    for lock in seen.locks:
        found[lock.relation] = max(lock.mode, found.get(lock.relation, lock.mode))
    return found


# The statement, the lock it takes on t, the rows of t that it reads, in multiples of all of them.
KNOWN = [
    ("CREATE INDEX i ON t (code)", Mode.SHARE, 1),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (amount > 0) NOT VALID", Mode.ACCESS_EXCLUSIVE, 0),
    ("ALTER TABLE t VALIDATE CONSTRAINT c", Mode.SHARE_UPDATE_EXCLUSIVE, 1),
    ("ALTER TABLE t ADD CHECK (amount > 0)", Mode.ACCESS_EXCLUSIVE, 1),
    ("ALTER TABLE t ALTER code SET NOT NULL", Mode.ACCESS_EXCLUSIVE, 1),
    ("ALTER TABLE t ALTER id SET NOT NULL", Mode.ACCESS_EXCLUSIVE, 0),
    ("ALTER TABLE t ADD c text DEFAULT 'x'", Mode.ACCESS_EXCLUSIVE, 0),
    ("ALTER TABLE t ALTER code TYPE varchar(100)", Mode.ACCESS_EXCLUSIVE, 0),
    ("CREATE TRIGGER r BEFORE UPDATE ON t EXECUTE FUNCTION same()", Mode.SHARE_ROW_EXCLUSIVE, 0),
    ("SELECT count(note) FROM t", Mode.ACCESS_SHARE, 1),
    ("UPDATE t SET note = 'm'", Mode.ROW_EXCLUSIVE, 1),
]
SAME = """
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""


def test_locks_and_rows_read(rehearse: Rehearse) -> None:
    up = ";".join(statement for statement, _, _ in KNOWN)
    run = rehearse(up, SETUP + SAME, transaction="autocommit")
    for seen, known in zip(run.statements, KNOWN, strict=True):
        told = seen.text, strongest(seen)[T], seen.read.get(T, 0) // ROWS
        assert told == known
        assert seen.rewritten == seen.rebuilt == ()


def test_a_foreign_key_locks_and_reads_both_tables(rehearse: Rehearse) -> None:
    (seen,) = rehearse("ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent").statements
    assert strongest(seen) == {T: Mode.SHARE_ROW_EXCLUSIVE, PARENT: Mode.SHARE_ROW_EXCLUSIVE}
    assert seen.read[T] >= ROWS
    assert seen.read[PARENT] >= ROWS // 10


REWRITES = ["ADD c float DEFAULT random()", "ALTER amount TYPE bigint", "SET UNLOGGED"]


def test_a_rewrite_copies_the_table_and_all_indexes(rehearse: Rehearse) -> None:
    up = ";".join(f"ALTER TABLE t {change}" for change in REWRITES)
    for seen in rehearse(up, transaction="autocommit").statements:
        assert seen.rewritten == (T,)
        assert seen.rebuilt == ("public.t_pkey", "public.t_placed_at")
        assert seen.read[T] >= ROWS
        assert seen.copied_bytes > 100_000


def test_an_index_made_anew_under_its_name_is_rebuilt(rehearse: Rehearse) -> None:
    (seen,) = rehearse("ALTER TABLE t ALTER placed_at TYPE timestamptz").statements
    assert seen.rewritten == ()
    assert seen.rebuilt == ("public.t_placed_at",)


def test_a_truncated_table_is_not_rewritten(rehearse: Rehearse) -> None:
    (seen,) = rehearse("TRUNCATE t").statements
    assert seen.rewritten == seen.rebuilt == ()
    assert seen.written == {T: Rows(deleted=ROWS, truncated=True)}


def test_a_do_block_answers_for_what_it_does(rehearse: Rehearse) -> None:
    block = "DO $$ BEGIN EXECUTE 'CREATE INDEX i ON t (code)'; DELETE FROM parent; END $$"
    (seen,) = rehearse(block).statements
    assert strongest(seen) == {T: Mode.SHARE, PARENT: Mode.ROW_EXCLUSIVE}
    assert seen.built == ("public.i",)
    assert seen.written == {PARENT: Rows(deleted=ROWS // 10)}


def test_locks_are_held_to_the_end_of_the_transaction(rehearse: Rehearse) -> None:
    first, second = rehearse("ALTER TABLE t ADD c int; SELECT pg_sleep(0.1)").statements
    (lock,) = first.locks
    assert second.locks == ()
    assert second.held == (lock,)
    assert lock.seconds == pytest.approx(first.seconds + second.seconds)


def test_a_transaction_of_its_own_leaves_no_locks(rehearse: Rehearse) -> None:
    seen = rehearse("ALTER TABLE t ADD c int; SELECT 1", transaction="autocommit").statements
    assert [one.transaction for one in seen] == [0, 1]
    assert seen[1].held == ()


def test_new_relations_do_not_count(rehearse: Rehearse) -> None:
    up = "CREATE TABLE n AS SELECT * FROM parent; CREATE INDEX i ON n (id); DROP TABLE n"
    made, indexed, dropped = rehearse(up).statements
    assert made.read == {PARENT: ROWS // 10}
    assert indexed.locks == dropped.locks == ()
    assert indexed.read == {}
    assert indexed.built == ()


def test_what_changed_its_name(rehearse: Rehearse) -> None:
    renamed = rehearse("ALTER TABLE t RENAME note TO remark").statements[0].renamed
    assert [(one.kind, one.before, one.after) for one in renamed] == [
        ("table column", "public.t.note", "public.t.remark")
    ]
    moved = rehearse("CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s").statements[1].renamed
    assert [(one.kind, one.before, one.after) for one in moved] == [("table", "public.t", "s.t")]


def test_the_difference_of_the_catalogs(rehearse: Rehearse) -> None:
    (seen,) = rehearse("ALTER TABLE t ALTER note SET DEFAULT 'x'").statements
    (change,) = seen.changes
    assert (change.object, change.attribute) == ("public.t.note", "default")
    assert (change.expected, change.actual) == (None, "'x'::text")


def test_what_a_savepoint_takes_back(rehearse: Rehearse) -> None:
    up = "SAVEPOINT s; DROP TABLE parent; ROLLBACK TO SAVEPOINT s"
    run = rehearse(up)
    assert [change.object for change in run.statements[2].changes] == [PARENT]
    assert run.after == run.before


def test_settings_and_notices(rehearse: Rehearse) -> None:
    name = "c" * 64
    up = f"""
    SET LOCAL lock_timeout = '2s';
    ALTER TABLE t ADD {name} int;
    DO $$ BEGIN RAISE NOTICE 'private'; END $$
    """
    before, long, block = rehearse(up).statements
    assert before.settings["lock_timeout"] == "0"
    assert long.settings["lock_timeout"] == "2s"
    assert [state for state, _ in long.notices] == ["42622"]
    assert block.notices == ()


def test_temporary_files(rehearse: Rehearse) -> None:
    up = "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT FROM t ORDER BY note, code) AS s"
    assert rehearse(up).statements[1].temporary_bytes > 0


def test_values_of_rows_are_not_told(rehearse: Rehearse) -> None:
    failed = rehearse("ALTER TABLE t ALTER code TYPE integer USING code::integer").failed
    assert failed is not None
    assert failed.failure is not None
    assert failed.failure.sqlstate == "22P02"
    assert failed.failure.message == 'invalid input syntax for type integer: "…"'


def test_what_a_statement_does_that_rows_have_stopped(rehearse: Rehearse) -> None:
    failed = rehearse("ALTER TABLE t ADD UNIQUE (note)").failed
    assert failed is not None
    assert failed.locks == ()
    without = failed.without_rows
    assert without is not None
    assert without.failure is None
    assert strongest(without)[T] == Mode.ACCESS_EXCLUSIVE
    assert without.built == ("public.t_note_key",)


def test_the_run_ends_where_it_fails(rehearse: Rehearse) -> None:
    run = rehearse("ALTER TABLE t ADD c int; SELECT 1 / 0; DROP TABLE t")
    assert len(run.statements) == 2
    assert run.after == run.before


def test_two_sizes(rehearse: Rehearse) -> None:
    run = rehearse("CREATE INDEX i ON t (code)")
    assert (run.rows[T], run.smaller_rows[T]) == (ROWS, ROWS // 4)
    assert run.smaller[0].read == {T: ROWS // 4}


def test_a_setup_that_ends_in_an_error(rehearse: Rehearse) -> None:
    with pytest.raises(Exception, match="line 2 of the setup could not be executed") as raised:
        rehearse("SELECT 1", "SELECT 1;\nSELECT wrong;\n")
    assert str(raised.value) == (
        'error: line 2 of the setup could not be executed: column "wrong" does not exist\n'
        "hint: the setup is run by psql, as superuser, in an empty database"
    )
