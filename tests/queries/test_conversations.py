"""Conversations: the list, one with its messages, and what happens to one."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlmodel import select

from models import Conversation, ConversationCreate, MessageCreate
from queries import conversations, errors, messages, run, user_session
from tests.queries.conftest import Ask
from tests.queries.things import Things


def start(ask: Ask, user_id: str, title: str | None = None) -> UUID:
    return ask(user_id, conversations.create(user_id, ConversationCreate(title=title))).id


def test_the_recent_ones_come_in_pages_the_last_active_first(ask: Ask, ada: str) -> None:
    made = [start(ask, ada, str(number)) for number in range(5)]
    ask(ada, messages.append(ada, made[0], MessageCreate(role="user", content="x")))
    titles: list[str | None] = []
    cursor = None
    for _ in range(3):
        page = ask(ada, conversations.recent(ada, limit=2, cursor=cursor))
        titles += [row.title for row in page.rows]
        cursor = page.next
    assert titles == ["0", "4", "3", "2", "1"]
    assert cursor is None


@pytest.mark.parametrize(("limit", "found"), [(-5, 1), (0, 1), (3, 3), (100, 100), (101, 100)])
def test_limits_are_clamped(limit: int, found: int, engine: sa.Engine, ada: str) -> None:
    with user_session(ada, engine) as session:
        for _ in range(105):
            run(session, conversations.create(ada, ConversationCreate()))
        assert len(run(session, conversations.recent(ada, limit=limit)).rows) == found
        assert len(run(session, conversations.recent(ada)).rows) == 10


def test_conversations_of_one_instant_are_all_listed_once(engine: sa.Engine, ada: str) -> None:
    with user_session(ada, engine) as session:  # now() is the same for all of them
        made = {run(session, conversations.create(ada, ConversationCreate())).id for _ in range(7)}
        found: list[UUID] = []
        cursor = None
        while not found or cursor:
            page = run(session, conversations.recent(ada, limit=3, cursor=cursor))
            found, cursor = found + [row.id for row in page.rows], page.next
    assert (set(found), len(found)) == (made, 7)


def test_one_is_opened_with_its_newest_messages_in_one_statement(
    engine: sa.Engine, things: Things, statements: list[str]
) -> None:
    user, conversation = things.user_id, things.conversation_id
    with user_session(user, engine) as session:
        statements.clear()
        opened = run(session, conversations.opened(user, conversation, limit=2))
        assert len(statements) == 1
        assert opened.conversation.id == conversation
        assert [row.content[-1] for row in opened.messages.rows] == ["1", "2"]
        assert opened.messages.older
        before = run(session, messages.older(user, conversation, opened.messages.older))
    assert [row.content[-1] for row in before.rows] == ["0"]


def test_an_empty_one_is_opened_too(ask: Ask, ada: str) -> None:
    opened = ask(ada, conversations.opened(ada, start(ask, ada, "quiet")))
    assert opened.conversation.title == "quiet"
    assert opened.messages == messages.MessagePage([], None, None)


def test_the_orm_loads_one_with_its_messages_in_two_statements(
    engine: sa.Engine, things: Things, statements: list[str]
) -> None:
    with user_session(things.user_id, engine) as session:
        statements.clear()
        (loaded,) = session.exec(
            select(Conversation).options(selectinload(Conversation.messages))  # type: ignore[arg-type]
        ).all()
        assert len(loaded.messages) == things.messages
    assert len(statements) == 2
    assert all("user_id = %(user_id_" in statement for statement in statements)


def test_creating_it_again_finds_it(ask: Ask, ada: str, bob: str) -> None:
    new = ConversationCreate(title="first")
    made = ask(ada, conversations.create(ada, new))
    assert made.created_at == made.updated_at
    ask(ada, conversations.rename(ada, new.id, "second"))
    assert ask(ada, conversations.create(ada, new)).title == "second"
    with pytest.raises(errors.IdTaken, match="the id of the conversation is in use"):
        ask(bob, conversations.create(bob, new))


def test_renaming_is_a_change(ask: Ask, things: Things) -> None:
    user, conversation = things.user_id, things.conversation_id
    before = ask(user, conversations.one(user, conversation))
    after = ask(user, conversations.rename(user, conversation, None))
    assert after.title is None
    assert after.updated_at > before.updated_at
    with pytest.raises(errors.TooLong) as long:
        ask(user, conversations.rename(user, conversation, "x" * 201))
    assert long.value.field == "title"
    assert str(long.value) == (
        'error: "title" is too long (at most 200 characters)\nhint: shorten it: nothing is cut'
    )
    with pytest.raises(errors.NotText) as nul:
        conversations.rename(user, conversation, "a\x00b")
    assert str(nul.value) == (
        'error: "title" holds a NUL character or half of a surrogate pair\n'
        "hint: refuse the input, or remove them"
    )


def test_deleting_takes_the_messages_along(ask: Ask, things: Things) -> None:
    user, conversation = things.user_id, things.conversation_id
    assert ask(user, conversations.delete(user, conversation)) == conversation
    assert ask(user, messages.history(user, conversation)) == []


@pytest.mark.parametrize("name", ["one", "opened", "delete"])
def test_a_missing_one_is_not_found(name: str, ask: Ask, bob: str, things: Things) -> None:
    for missing in (things.conversation_id, uuid4()):
        with pytest.raises(errors.NotFound, match="no such conversation"):
            ask(bob, getattr(conversations, name)(bob, missing))
        with pytest.raises(errors.NotFound, match="no such conversation"):
            ask(bob, conversations.rename(bob, missing, "x"))


def test_a_stale_token_creates_nothing(ask: Ask) -> None:
    with pytest.raises(errors.UnknownUser) as unknown:
        ask("gone", conversations.create("gone", ConversationCreate()))
    assert str(unknown.value) == (
        'error: the user does not exist in "user"\n'
        "hint: ask for a new sign-in: the account was deleted after its token was made"
    )
