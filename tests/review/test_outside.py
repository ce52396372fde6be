"""What PostgreSQL refuses in a transaction: held open until its locks have been seen."""

from migrator.preflight.modes import Mode
from tests.review.conftest import ROWS, SETUP, Rehearse
from tests.review.test_observer import T, strongest

PROCEDURE = """
CREATE PROCEDURE fill(step integer) LANGUAGE plpgsql AS $$
DECLARE lo bigint := 0;
BEGIN
    WHILE lo <= (SELECT max(id) FROM t) LOOP
        UPDATE t SET note = 'x' WHERE id > lo AND id <= lo + step;
        COMMIT;
        lo := lo + step;
    END LOOP;
END $$;
"""

PARTITIONED = """
CREATE TABLE p (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
"""


def test_concurrently_is_held_open_until_its_locks_are_seen(rehearse: Rehearse) -> None:
    run = rehearse(
        "CREATE INDEX CONCURRENTLY i ON t (code);"
        "REINDEX INDEX CONCURRENTLY i;"
        "DROP INDEX CONCURRENTLY i",
        transaction="autocommit",
    )
    built, rebuilt, dropped = run.statements
    assert [one.sampled for one in run.statements] == [True] * 3
    assert [strongest(one) for one in run.statements] == [{T: Mode.SHARE_UPDATE_EXCLUSIVE}] * 3
    assert built.built == ("public.i",)
    assert built.read == {T: 2 * ROWS}
    assert rebuilt.rebuilt == ("public.i",)
    assert [change.object for change in dropped.changes] == ["public.i"]


def test_each_step_of_a_detached_partition_is_seen(rehearse: Rehearse) -> None:
    up = "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"
    (seen,) = rehearse(up, PARTITIONED, transaction="autocommit").statements
    locks = strongest(seen)
    assert locks["public.p"] == Mode.SHARE_UPDATE_EXCLUSIVE
    assert locks["public.p1"] == Mode.ACCESS_EXCLUSIVE


def test_vacuum_full(rehearse: Rehearse) -> None:
    (seen,) = rehearse("VACUUM FULL t", transaction="autocommit").statements
    assert seen.sampled
    assert strongest(seen) == {T: Mode.ACCESS_EXCLUSIVE}
    assert seen.rewritten == (T,)


def test_a_procedure_that_commits_is_not_one_big_update(rehearse: Rehearse) -> None:
    up = "CALL fill(100); UPDATE t SET note = 'y'"
    batched, whole = rehearse(up, SETUP + PROCEDURE, transaction="autocommit").statements
    assert batched.written[T].updated == whole.written[T].updated == ROWS
    assert batched.transactions_written == ROWS // 100
    assert whole.transactions_written == 1


def test_a_failed_build_leaves_its_index(rehearse: Rehearse) -> None:
    up = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (note)"
    run = rehearse(up, transaction="autocommit")
    (seen,) = run.statements
    assert seen.failure is not None
    assert seen.failure.sqlstate == "23505"
    assert seen.invalid == ("public.i",)
    assert ("index", "public.i") in run.after.objects


def test_in_a_transaction_it_fails(rehearse: Rehearse) -> None:
    failed = rehearse("CREATE INDEX CONCURRENTLY i ON t (code)").failed
    assert failed is not None
    assert failed.failure is not None
    assert failed.failure.sqlstate == "25001"
