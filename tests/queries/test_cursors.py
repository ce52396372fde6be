"""Cursors: they come back as they went out, or are refused."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import cursors, errors

KEYS = st.tuples(st.datetimes(timezones=st.just(UTC)), st.uuids())
KEY = (datetime(2026, 11, 23, 9, 0, 0, 1, tzinfo=UTC), UUID(int=7))
CURSOR = cursors.encode(KEY, "messages", "ada", UUID(int=1))


@given(KEYS, st.text(), st.uuids())
def test_there_and_back(key: cursors.Key, user: str, conversation: UUID) -> None:
    text = cursors.encode(key, "messages", user, conversation)
    assert text.isascii()
    assert cursors.decode(text, "messages", user, conversation) == key


@given(st.integers(0, 43), st.characters(codec="ascii"))
def test_a_changed_character_is_noticed(place: int, other: str) -> None:
    changed = CURSOR[:place] + other + CURSOR[place + 1 :]
    if changed != CURSOR:
        with pytest.raises(errors.InvalidCursor):
            cursors.decode(changed, "messages", "ada", UUID(int=1))


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(errors.InvalidCursor):
        cursors.decode(text, "messages", "ada", UUID(int=1))


@pytest.mark.parametrize(
    "scope",
    [
        ("messages", "ada", UUID(int=2)),
        ("messages", "bob", UUID(int=1)),
        ("conversations", "ada", UUID(int=1)),
        ("messages", "ada"),
        ("messagesada", UUID(int=1)),
    ],
)
def test_another_list_is_noticed(scope: tuple[object, ...]) -> None:
    with pytest.raises(errors.InvalidCursor) as refused:
        cursors.decode(CURSOR, *scope)
    assert str(refused.value) == (
        "error: the cursor is not one of this list\nhint: ask for the first page again"
    )
    assert refused.value.field == "cursor"


def test_another_version_is_refused() -> None:
    raw = urlsafe_b64decode(CURSOR)
    newer = urlsafe_b64encode(bytes([raw[0] + 1]) + raw[1:]).decode()
    with pytest.raises(errors.InvalidCursor):
        cursors.decode(newer, "messages", "ada", UUID(int=1))


def test_the_form_of_version_1_stays() -> None:
    """A page that is open in a browser must survive a deployment."""
    assert CURSOR == "AW8u-UKrlyEWAAZg7dGVRAEAAAAAAAAAAAAAAAAAAAAH"
