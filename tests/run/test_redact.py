"""What is shown of other people's statements: their shape, never their data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.redact import redact


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT * FROM tasks WHERE title = 'it''s'", "SELECT * FROM tasks WHERE title = …"),
        ("UPDATE t2 SET n = -5, d = DATE '2020-01-01'", "UPDATE t2 SET n = -…, d = DATE …"),
        ("SELECT 1.5e+10, 0x1F, 12_000, .5, $1", "SELECT …, …, …, …, $1"),
        ('SELECT "user".id\n  FROM "user" -- of ada\n', 'SELECT "user".id FROM "user"'),
        ("/* ada */ SELECT /* a /* b */ ada */ 1", "SELECT"),
        (r"SELECT E'a\'b' AS x, B'01', U&'\0041'", "SELECT … AS x, …, …"),
        (r"SELECT 'c:\' AND secret'", "SELECT …"),
        ("SELECT $$ada$$, $q$ a $$ b $q$ FROM t", "SELECT …, … FROM t"),
        ("INSERT INTO t VALUES ('cut off in the mid", "INSERT INTO t VALUES (…"),
        ("SELECT $$cut off", "SELECT …"),
        ("SELECT 1 /* cut off", "SELECT …"),
        ('SELECT "cut off', "SELECT …"),
        ("SELECT " + ", ".join("abc" for _ in range(100)), "SELECT " + "abc, " * 38 + "abc …"),
    ],
)
def test_literals_are_left_out(statement: str, shown: str) -> None:
    assert redact(statement) == shown


@given(
    st.text(st.characters(exclude_characters="\0\\", codec="utf-8"), max_size=40),
    st.integers(0, 60),
)
def test_no_value_is_shown_wherever_the_statement_is_cut_off(value: str, length: int) -> None:
    quoted = "'secret " + value.replace("'", "''") + "'"
    statement = f"UPDATE tasks SET title = {quoted} WHERE user_id = 'secret'"
    assert "secret" not in redact(statement[:length])
    assert redact(statement) == "UPDATE tasks SET title = … WHERE user_id = …"
