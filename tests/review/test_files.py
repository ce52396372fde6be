"""Files of SQL as psql and Alembic run them: transactions, statements, probes."""

import pytest

from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.render.statements import placed
from tests.processes import ask
from tests.review.conftest import SETUP, Rehearse

STATEMENTS = r"""-- a comment; with a semicolon
CREATE FUNCTION a() RETURNS int LANGUAGE sql AS $body$ SELECT 1; SELECT 2 $body$;
/* another; one */ DO $$ BEGIN PERFORM ';'; END $$;
SELECT E'it\'s; quoted', 'doubled '' ; quote', "a;b" FROM (SELECT 1 AS "a;b") AS s;
CREATE FUNCTION b(x int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END;
    SELECT 3;
END;
CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);
\set n 10
SELECT $1$2
"""


def test_statements_and_where_they_begin() -> None:
    found = [
        (STATEMENTS.count("\n", 0, place) + 1, text.split("\n")[0][:17])
        for place, text in placed(STATEMENTS)
    ]
    assert found == [
        (2, "CREATE FUNCTION a"),
        (3, "DO $$ BEGIN PERFO"),
        (4, "SELECT E'it\\'s; q"),
        (5, "CREATE FUNCTION b"),
        (10, "CREATE RULE r AS "),
        (11, "\\set n 10"),
        (12, "SELECT $1$2"),
    ]


COPY = """\
COPY parent (id) FROM stdin;
7001
7002
\\.
CREATE TABLE words (id int, word text); COPY words FROM STDIN (FORMAT csv);
1,"it's; one"
\\.
INSERT INTO words SELECT id, 'x' FROM parent WHERE id > 7000;
"""


def test_the_rows_of_a_copy_are_no_statements() -> None:
    assert [text.split()[0] for _, text in placed(COPY)] == ["COPY", "CREATE", "COPY", "INSERT"]


def test_the_rows_of_a_copy_are_sent_and_not_told(rehearse: Rehearse) -> None:
    run = rehearse(COPY, interfere=True)
    assert not run.failed
    assert [one.written["public.words"].inserted for one in run.statements[2:]] == [1, 2]
    assert run.statements[0].text == "COPY parent (id) FROM stdin"


def test_a_copy_of_rows_that_do_not_fit_fails(rehearse: Rehearse) -> None:
    (one,) = rehearse("COPY parent (id) FROM stdin;\n1\n\\.\n").statements
    assert one.failure
    assert one.failure.sqlstate == "23505"


def test_statements_of_transactions_count(rehearse: Rehearse) -> None:
    up = "BEGIN; ALTER TABLE t ADD c int; COMMIT; ALTER TABLE t ADD d int"
    run = rehearse(up, transaction="autocommit")
    assert [(one.index, one.transaction) for one in run.statements] == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 1),
    ]
    assert not run.left_open


def test_a_commit_in_a_wrapped_file_ends_the_transaction(rehearse: Rehearse) -> None:
    run = rehearse("ALTER TABLE t ADD c int; COMMIT; ALTER TABLE t ADD d int; SELECT 1 / 0")
    assert [one.transaction for one in run.statements] == [0, 0, 1, 1]
    assert ("table column", "public.t.c") in run.after.objects
    assert ("table column", "public.t.d") not in run.after.objects


def test_a_transaction_that_is_left_open(rehearse: Rehearse) -> None:
    run = rehearse("BEGIN; ALTER TABLE t ADD c int", transaction="autocommit")
    assert run.left_open
    assert run.after == run.before


def test_a_deferred_constraint_fails_at_commit(rehearse: Rehearse) -> None:
    up = """
    ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent DEFERRABLE INITIALLY DEFERRED;
    UPDATE t SET parent_id = -1 WHERE id = 1
    """
    run = rehearse(up)
    assert run.failed is not None
    assert run.failed.index == 1
    assert run.after == run.before


def test_probes(rehearse: Rehearse) -> None:
    probes = [
        "SELECT note FROM t",
        "SELECT id FROM t WHERE id = 1",
        "SELECT nothing FROM t",
    ]
    up = "ALTER TABLE t ADD c int; ALTER TABLE t RENAME note TO n; ALTER TABLE t ADD d int"
    gone, same, never = rehearse(up, probes=probes).probes
    assert gone.before is None
    assert gone.after is not None
    assert (gone.after.sqlstate, gone.broken_by) == ("42703", 1)
    assert (same.after, same.broken_by, same.rows_before, same.rows_after) == (None, None, 1, 1)
    assert never.before == never.after
    assert never.broken_by is None


def test_what_is_put_back_before_the_end_breaks_nothing(rehearse: Rehearse) -> None:
    setup = "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;"
    up = "DROP VIEW v; ALTER TABLE t ALTER a TYPE bigint; CREATE VIEW v AS SELECT a FROM t"
    (probe,) = rehearse(up, setup, probes=["SELECT a FROM v"]).probes
    assert (probe.after, probe.broken_by) == (None, None)


def test_rows_that_are_hidden(rehearse: Rehearse) -> None:
    setup = """
    CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); GRANT SELECT ON t TO pg_monitor;
    """
    probe = "SET LOCAL ROLE pg_monitor; SELECT a FROM t"
    (seen,) = rehearse("ALTER TABLE t ENABLE ROW LEVEL SECURITY", setup, probes=[probe]).probes
    assert (seen.rows_before, seen.rows_after, seen.after, seen.broken_by) == (2, 0, None, 0)


def test_who_waits(rehearse: Rehearse) -> None:
    up = "ALTER TABLE t ADD c int; SELECT pg_sleep(0.2)"
    first, second = rehearse(up, interfere=True).statements
    assert {(one.relation, one.kind) for one in first.waits} == {
        ("public.t", kind) for kind in ("SELECT", "INSERT", "UPDATE", "DELETE")
    }
    assert second.waits == ()


def test_a_setup_without_rows_gets_some(rehearse: Rehearse) -> None:
    setup = "CREATE TABLE t (id bigint PRIMARY KEY, a text);"
    run = rehearse("CREATE INDEX i ON t (a)", setup)
    assert run.generated
    assert run.statements[0].read == {"public.t": run.rows["public.t"]}
    assert run.smaller_rows["public.t"] < run.rows["public.t"]


def test_roles_go_with_the_database(rehearse: Rehearse, server: Server) -> None:
    setup = f"{SETUP} CREATE ROLE of_the_setup; GRANT SELECT ON t TO of_the_setup;"
    run = rehearse("CREATE ROLE of_the_file; ALTER TABLE t OWNER TO of_the_file", setup)
    assert run.failed is None
    made = "SELECT rolname FROM pg_roles WHERE rolname ~ '^of_the_'"
    assert ask(server, made) == []


def test_commands_of_psql(rehearse: Rehearse) -> None:
    assert len(rehearse("\\set ON_ERROR_STOP on\nSELECT 1;").statements) == 1
    with pytest.raises(MigratorError) as raised:
        rehearse("SELECT 1;\n\\i other.sql\n")
    assert str(raised.value) == (
        'error: line 2 is the command "\\i" of psql, which is not run in a rehearsal\n'
        "hint: review a file of plain SQL; commands of psql's may stand in the setup"
    )
