"""The table of docs/autogenerate.md is what was measured last, of every kind there is."""

from benchmarks.autogenerate_table import PAGE, page, stored
from docs._generate.markdown import between
from tests.autogenerate.kinds import KINDS


def test_every_kind_was_measured() -> None:
    assert len(KINDS) >= 70
    assert {one.kind for one in stored()} == {kind.name for kind in KINDS}


def test_every_change_is_seen_and_ends_in_equal_catalogs() -> None:
    assert [
        one for one in stored() if not one.ours or one.upgrade or one.downgrade or not one.revisions
    ] == []


def test_the_page_shows_it() -> None:
    text = PAGE.read_text()
    assert between(text, "kinds", page(stored()), PAGE.name) == text
