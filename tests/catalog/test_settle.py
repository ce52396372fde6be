"""The text of an expression, moved to where a dump and a restore would move it."""

import pytest

from migrator.catalog.settle import settled


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "((s)::text = ANY (ARRAY[('a'::character varying)::text,"
            " ('b'::character varying)::text]))",
        ),
        (
            "(ARRAY[')::text[], ', '(ARRAY['])::text[]",
            "ARRAY[(')::text[], ')::text, ('(ARRAY[')::text]",
        ),
        ("(ARRAY['it''s])'])::text[]", "ARRAY[('it''s])')::text]"),
        ('(ARRAY["odd],"])::text[]', 'ARRAY[("odd],")::text]'),
        (
            "(ARRAY[f(1, 2), a[1]])::numeric(8,2)[]",
            "ARRAY[(f(1, 2))::numeric(8,2), (a[1])::numeric(8,2)]",
        ),
        (
            "(ARRAY[ARRAY['a'], ARRAY['b']])::text[]",
            "ARRAY[ARRAY[('a')::text], ARRAY[('b')::text]]",
        ),
        ("(ARRAY[(ARRAY['a'])::text[]])::x[]", "ARRAY[(ARRAY[('a')::text])::x]"),
    ],
)
def test_cast_moves_into_the_elements(text: str, after: str) -> None:
    assert settled(text) == after
    assert settled(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "ARRAY['a'::text]",
        "'(ARRAY[''a''])::text[]'::text",
        "(ARRAY['a'::text])",
        "(ARRAY[1, 2])[1]",
        '"(ARRAY[1])::text[]"',
        "",
    ],
)
def test_anything_else_stays(text: str) -> None:
    assert settled(text) == text
