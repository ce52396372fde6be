"""Messages: pages in both directions, and all of them as a stream."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from models import ConversationCreate, MessageCreate
from queries import (
    Query,
    async_user_session,
    conversations,
    errors,
    messages,
    run,
    stream,
    user_session,
)
from queries.engines import make_async_engine
from queries.settings import Settings
from tests.queries.conftest import Ask
from tests.queries.things import Things, fill


def said(content: str, **others: object) -> MessageCreate:
    return MessageCreate.model_validate({"role": "user", "content": content, **others})


def start(ask: Ask, user_id: str, contents: list[str]) -> UUID:
    conversation = ask(user_id, conversations.create(user_id, ConversationCreate())).id
    if contents:
        ask(user_id, messages.append_all(user_id, conversation, [said(one) for one in contents]))
    return conversation


def contents(page: messages.MessagePage) -> list[str]:
    return [row.content for row in page.rows]


def test_pages_go_back_to_the_first_message_and_forth_again(ask: Ask, ada: str) -> None:
    every = [str(number) for number in range(7)]
    conversation = start(ask, ada, every)
    page = ask(ada, messages.latest(ada, conversation, limit=3))
    assert contents(page) == ["4", "5", "6"]
    assert page.older
    page = ask(ada, messages.older(ada, conversation, page.older, limit=3))
    assert contents(page) == ["1", "2", "3"]
    assert page.older
    first = ask(ada, messages.older(ada, conversation, page.older, limit=3))
    assert contents(first) == ["0"]
    assert first.older is None
    read, newer = contents(first), first.newer
    while newer and (page := ask(ada, messages.newer(ada, conversation, newer, limit=2))).rows:
        read, newer = read + contents(page), page.newer
    assert read == every
    assert page.newer == newer


def test_reading_on_finds_what_was_said_since(ask: Ask, ada: str) -> None:
    conversation = start(ask, ada, ["before"])
    newer = ask(ada, messages.latest(ada, conversation)).newer
    assert newer
    ask(ada, messages.append(ada, conversation, said("since")))
    assert contents(ask(ada, messages.newer(ada, conversation, newer))) == ["since"]


@pytest.mark.parametrize(("limit", "found"), [(-1, 1), (0, 1), (1, 1), (200, 200), (10**9, 200)])
def test_limits_are_clamped(
    limit: int, found: int, engines: dict[str, sa.Engine], ada: str
) -> None:
    things = fill(engines["owner"], ada, number=210)
    with user_session(ada, engines["owner"]) as session:
        page = run(session, messages.latest(ada, things.conversation_id, limit=limit))
        assert len(page.rows) == found
        assert len(run(session, messages.latest(ada, things.conversation_id)).rows) == 50


def test_an_empty_conversation_is_not_a_missing_one(ask: Ask, ada: str) -> None:
    conversation = start(ask, ada, [])
    assert ask(ada, messages.latest(ada, conversation)) == messages.MessagePage([], None, None)
    assert ask(ada, messages.last(ada, conversation)) is None
    assert ask(ada, messages.count(ada, conversation)) == 0
    missing = uuid4()
    queries: list[Query[Any]] = [
        messages.latest(ada, missing),
        messages.last(ada, missing),
        messages.count(ada, missing),
    ]
    for query in queries:
        with pytest.raises(errors.NotFound, match="no such conversation"):
            ask(ada, query)


def test_the_last_and_how_many(ask: Ask, things: Things) -> None:
    user, conversation = things.user_id, things.conversation_id
    newest = ask(user, messages.last(user, conversation))
    assert newest
    assert newest.content.endswith("2")
    assert ask(user, messages.count(user, conversation)) == things.messages


def test_a_history_is_streamed(
    engine: sa.Engine, settings: Callable[[str], Settings], who: str, ada: str
) -> None:
    things = fill(engine, ada, number=1200)
    history = messages.history(ada, things.conversation_id)
    with user_session(ada, engine) as session:
        rows = stream(session, history)
        assert next(rows).content.endswith(" 0")
        cursors = session.connection().exec_driver_sql(
            "SELECT count(*) FROM pg_cursors WHERE name <> ''"
        )
        assert cursors.scalar_one() == 1
        assert len(list(rows)) == 1199

    async def count() -> int:
        asynchronous = make_async_engine(settings(who))
        async with async_user_session(ada, asynchronous) as session:
            found = [row.content async for row in stream(session, history)]
        await asynchronous.dispose()
        return len(found)

    assert asyncio.run(count()) == 1200


def test_a_cursor_is_of_its_list(ask: Ask, ada: str, bob: str) -> None:
    mine, other = start(ask, ada, ["a", "b"]), start(ask, ada, ["c"])
    cursor = ask(ada, messages.latest(ada, mine, limit=1)).older
    assert cursor
    for user, conversation in ((ada, other), (bob, mine)):
        with pytest.raises(errors.InvalidCursor):
            messages.older(user, conversation, cursor)
    with pytest.raises(errors.InvalidCursor):
        conversations.recent(ada, cursor=cursor)
