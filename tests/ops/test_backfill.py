"""Backfills: every row once, whatever interrupts them."""

import threading

import pytest

from benchmarks import backfill_kills
from migrator import errors
from migrator.ops import batches
from migrator.ops.batch_sql import LARGEST, SMALLEST, next_size
from tests.database import connect, execute
from tests.ops.conftest import Lab
from tests.processes import wait_for

FILL = """ops.backfill("notes", {"body": "body || ':100%' "}, where="body NOT LIKE '%:100\\\\%'")"""
DONE = "SELECT count(*) FROM notes WHERE body = 'body ' || rank || ':100%'"


def test_the_same_by_alembic_and_by_psql(notes: Lab) -> None:
    head = notes.revise(FILL)
    notes.upgrade()
    assert notes.psql(f"base:{head}") == ""
    assert notes.execute(DONE) == execute(notes.twin, DONE) == [(1000,)]


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ("tenant uuid DEFAULT gen_random_uuid(), number int", '["tenant", "number"]'),
        ('"Key" text COLLATE "C"', '"Key"'),
        ('"Key" numeric', '"Key"'),
        ('"Key" timestamptz', '"Key"'),
        ('"Key" uuid', '"Key"'),
    ],
)
def test_any_key_will_do(notes: Lab, columns: str, key: str) -> None:
    fill = {
        '"Key" text COLLATE "C"': "'k''ey ' || n",
        '"Key" numeric': "n / 7.0",
        '"Key" timestamptz': "now() + n * interval '1.000001 s'",
        '"Key" uuid': "gen_random_uuid()",
    }
    head = notes.revise(f'ops.backfill("others", {{"n": "-n"}}, where="n > 0", key={key})')
    for url in (notes.url, notes.twin):
        execute(url, f"CREATE TABLE others ({columns}, n int)")
        if columns in fill:
            insert = f'INSERT INTO others ("Key", n) SELECT {fill[columns]}, n'
        else:
            insert = "INSERT INTO others (number, n) SELECT n % 7, n"
        execute(url, f"{insert} FROM generate_series(1, 700) AS n")
    notes.upgrade()
    assert notes.psql(f"base:{head}") == ""
    for url in (notes.url, notes.twin):
        found = execute(url, "SELECT count(*), count(DISTINCT n), max(n) FROM others")
        assert found == [(700, 700, -1)]


def test_rows_are_copied_into_another_table_which_keeps_what_it_has(notes: Lab) -> None:
    head = notes.revise(
        """
        ops.backfill("notes", {"note_id": "id", "text": "body"}, where="rank > 10", into="texts")
        """
    )
    for url in (notes.url, notes.twin):
        execute(url, "CREATE TABLE texts (note_id integer PRIMARY KEY, text text)")
        execute(url, "INSERT INTO texts VALUES (7, 'seven'), (70, 'seventy')")
    notes.upgrade()
    assert notes.psql(f"base:{head}") == ""
    for url in (notes.url, notes.twin):
        copied = "SELECT count(*) FROM notes JOIN texts ON note_id = id AND text = body"
        assert execute(url, copied) == [(989,)]
        kept = "SELECT text FROM texts WHERE note_id IN (7, 70) ORDER BY note_id"
        assert execute(url, kept) == [("seven",), ("seventy",)]
        assert execute(url, "SELECT count(*) FROM texts") == [(991,)]


def test_an_empty_table_has_nothing_to_fill(notes: Lab) -> None:
    head = notes.revise(FILL)
    for url in (notes.url, notes.twin):
        execute(url, "TRUNCATE notes")
    notes.upgrade()
    assert notes.psql(f"base:{head}") == ""


def test_a_condition_that_stays_true_is_refused(notes: Lab) -> None:
    head = notes.revise("""ops.backfill("notes", {"rank": "rank + 1"}, where="rank > 0")""")
    with pytest.raises(errors.MigratorError) as refused:
        notes.upgrade()
    words = [
        'the backfill of "notes" leaves its own condition true: rank > 0',
        "a run after an interruption could not tell which rows are done",
        "nothing of this batch was changed; let the condition say what is still to be done, "
        "such as <column> IS NULL",
    ]
    assert [refused.value.message, refused.value.detail, refused.value.hint] == words
    said = notes.psql(f"base:{head}")
    assert all(word in said for word in words)
    for url in (notes.url, notes.twin):
        assert execute(url, "SELECT count(*) FROM notes WHERE rank = id") == [(1000,)]


def test_a_locked_row_is_tried_again(notes: Lab) -> None:
    notes.revise(FILL)
    with connect(notes.url, autocommit=False) as other:
        other.execute("SELECT FROM notes WHERE id = 50 FOR UPDATE")
        filling = threading.Thread(target=notes.upgrade)
        filling.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"
        for _ in range(2):  # it lets go of the rows that it has, and comes again
            wait_for(lambda: notes.execute(waiting) == [(1,)])
            wait_for(lambda: notes.execute(waiting) == [(0,)])
        other.execute("UPDATE notes SET body = body || '!' WHERE id = 50")
        other.commit()
        filling.join()
    assert notes.execute(DONE) == [(999,)]
    assert notes.execute("SELECT body FROM notes WHERE id = 50") == [("body 50!:100%",)]


def test_a_row_that_stays_locked_is_given_up(notes: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PATIENCE", 1.0)
    notes.revise(FILL)
    with connect(notes.url, autocommit=False) as other:
        other.execute("SELECT FROM notes WHERE id = 150 FOR UPDATE")
        with pytest.raises(errors.GaveUp) as gave_up:
            notes.upgrade()
    assert str(gave_up.value).splitlines() == [
        'error: the backfill of "notes" has not got past locked rows for 1 s',
        "detail: canceling statement due to lock timeout",
        "hint: the batches before are kept; end what holds the rows, or run the same command "
        "again: it goes on where it stopped",
    ]
    assert notes.execute(DONE) == [(100,)]
    notes.upgrade()
    assert notes.execute(DONE) == [(1000,)]


def test_a_file_for_psql_gets_past_a_locked_row(notes: Lab) -> None:
    head = notes.revise(FILL)
    said: list[str] = []
    with connect(notes.twin, autocommit=False) as other:
        other.execute("SELECT FROM notes WHERE id = 50 FOR UPDATE")
        filling = threading.Thread(target=lambda: said.append(notes.psql(f"base:{head}")))
        filling.start()
        asked = "SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'DO%'"
        wait_for(lambda: execute(notes.twin, asked) == [("PgSleep",)])
        other.rollback()
        filling.join()
    assert said == [""]
    assert execute(notes.twin, DONE) == [(1000,)]


@pytest.mark.parametrize(
    ("size", "changed", "took", "then"),
    [
        (1000, 1000, 0.1, 1000),
        (1000, 1000, 0.2, 500),
        (1000, 1000, 10.0, 500),
        (1000, 1000, 0.08, 1250),
        (1000, 1000, 0.0, 2000),
        (1000, 500, 0.04, 1250),
        # Rows that were done already: how long filling takes is not known.
        (1000, 0, 0.001, 1000),
        (1000, 1, 0.001, 1000),
        (SMALLEST, SMALLEST, 9.0, SMALLEST),
        (LARGEST, LARGEST, 0.0, LARGEST),
    ],
)
def test_the_size_of_a_batch_follows_its_time(
    size: int, changed: int, took: float, then: int
) -> None:
    assert next_size(size, changed, took, aim=0.1) == then


def test_killed_and_started_again_every_row_is_set_once(notes: Lab) -> None:
    notes.execute("DROP TABLE notes")
    outcome = backfill_kills.run(notes.url, rows=30_000, kills=2, seed=1, longest=0.3)
    assert outcome.right, str(outcome)
