"""Messages: pages in both directions, and appending that may be repeated."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
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
from tests.database import execute
from tests.processes import wait_for
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


def test_everything_about_a_message_comes_back(ask: Ask, ada: str) -> None:
    conversation = start(ask, ada, [])
    calls = [{"tool": "add", "arguments": {"n": [1, None, "x"]}}, {"tool": "list"}]
    sent = said("", role="assistant", tool_calls=calls, agent_name="Ava", agent_icon="🤖")
    ask(ada, messages.append(ada, conversation, sent))
    ask(
        ada,
        messages.append_all(
            ada, conversation, [said("a"), sent.model_copy(update={"id": uuid4()})]
        ),
    )
    first, plain, second = ask(ada, messages.history(ada, conversation))
    assert (first.role, first.content, first.agent_name, first.agent_icon) == (
        "assistant",
        "",
        "Ava",
        "🤖",
    )
    assert first.tool_calls == second.tool_calls == calls
    assert (plain.tool_calls, plain.agent_name) == (None, None)


def test_times_ascend_and_the_conversation_has_the_last_one(ask: Ask, ada: str) -> None:
    conversation = start(ask, ada, ["a", "b", "c"])
    appended = ask(ada, messages.append(ada, conversation, said("d")))
    history = ask(ada, messages.history(ada, conversation))
    times = [row.created_at for row in history]
    assert [row.content for row in history] == ["a", "b", "c", "d"]
    assert times == sorted(set(times))
    assert appended.created_at == times[-1]
    assert ask(ada, conversations.one(ada, conversation)).updated_at == times[-1]


def test_times_ascend_within_one_transaction(engine: sa.Engine, ada: str) -> None:
    things = fill(engine, ada)
    with user_session(ada, engine) as session:
        for number in range(5):
            run(session, messages.append(ada, things.conversation_id, said(str(number))))
        history = run(session, messages.history(ada, things.conversation_id))
    assert [row.content for row in history[-5:]] == list("01234")


def test_appending_again_is_answered_as_the_first_time(ask: Ask, ada: str) -> None:
    conversation = start(ask, ada, [])
    several = [said("a"), said("b", tool_calls=[{"n": 1}])]
    one = said("c")
    first = ask(ada, messages.append_all(ada, conversation, several))
    appended = ask(ada, messages.append(ada, conversation, one))
    touched = ask(ada, conversations.one(ada, conversation)).updated_at
    for _ in range(2):
        again = ask(ada, messages.append_all(ada, conversation, several))
        assert [(row.id, row.created_at) for row in again] == [
            (row.id, row.created_at) for row in first
        ]
        assert ask(ada, messages.append(ada, conversation, one)).created_at == appended.created_at
    assert ask(ada, messages.count(ada, conversation)) == 3
    assert ask(ada, conversations.one(ada, conversation)).updated_at == touched


def test_an_id_is_not_reused_for_other_content(ask: Ask, ada: str, bob: str) -> None:
    conversation, other = start(ask, ada, []), start(ask, ada, [])
    theirs = start(ask, bob, [])
    first = said("mine")
    ask(ada, messages.append(ada, conversation, first))
    changed = first.model_copy(update={"content": "changed"})
    for user, place, message in (
        (ada, conversation, changed),
        (ada, other, first),
        (bob, theirs, first),
    ):
        before = ask(user, conversations.one(user, place)).updated_at
        with pytest.raises(errors.IdTaken) as taken:
            ask(user, messages.append(user, place, message))
        assert str(taken.value) == (
            "error: the id of the message is in use\n"
            "hint: make a new id for new content; send the same content again under its own id only"
        )
        with pytest.raises(errors.IdTaken):
            ask(user, messages.append_all(user, place, [said("new"), message]))
        assert ask(user, conversations.one(user, place)).updated_at == before
    assert ask(ada, messages.count(ada, conversation)) == 1
    assert ask(bob, messages.count(bob, theirs)) == 0


def test_appending_to_no_conversation_of_ones_own(ask: Ask, bob: str, things: Things) -> None:
    for conversation in (things.conversation_id, uuid4()):
        with pytest.raises(errors.NotFound) as missing:
            ask(bob, messages.append(bob, conversation, said("x")))
        assert str(missing.value) == (
            "error: no such conversation\nhint: it was deleted, or its id is wrong"
        )


def test_nothing_cannot_be_appended(ada: str) -> None:
    with pytest.raises(errors.Invalid, match="there is nothing to append"):
        messages.append_all(ada, uuid4(), [])


@pytest.mark.parametrize("committed", [True, False])
def test_an_answer_that_was_lost(engine: sa.Engine, things: Things, committed: bool) -> None:
    """The backend dies after its commit, or just before; the client cannot know and sends again."""
    user, conversation = things.user_id, things.conversation_id
    append = messages.append(user, conversation, said("once"))
    with pytest.raises(errors.Retryable) as lost:
        _lose(engine, user, append, committed=committed)
    assert lost.value.message == "the database could not finish the transaction"
    assert lost.value.hint == "run it again from its start, with the same ids"
    with user_session(user, engine) as session:
        run(session, append)
        assert run(session, messages.count(user, conversation)) == things.messages + 1


def _lose(engine: sa.Engine, user: str, query: Query[Any], *, committed: bool) -> None:
    with user_session(user, engine) as session:
        run(session, query)
        driver: Any = session.connection().connection.driver_connection
        if committed:
            driver.commit()
        _kill(engine, driver.info.backend_pid)
        run(session, query)


def _kill(engine: sa.Engine, pid: int) -> None:
    url = engine.url.set(username="postgres").render_as_string(hide_password=False)
    execute(url, "SELECT pg_terminate_backend(%s, 10000)", pid)


def test_a_retry_that_overtakes_its_first_attempt(engine: sa.Engine, things: Things) -> None:
    """The second one waits for the first one, whose rows its own statement cannot see."""
    user, conversation = things.user_id, things.conversation_id
    several = messages.append_all(user, conversation, [said("a"), said("b")])

    def again() -> list[UUID]:
        with user_session(user, engine) as session:
            return [row.id for row in run(session, several)]

    with ThreadPoolExecutor(1) as pool:
        with user_session(user, engine) as session:
            first = [row.id for row in run(session, several)]
            second = pool.submit(again)
            wait_for(lambda: _waiting(engine))
        assert second.result() == first
    with user_session(user, engine) as session:
        assert run(session, messages.count(user, conversation)) == things.messages + 2


def _waiting(engine: sa.Engine) -> bool:
    url = engine.url.set(username="postgres").render_as_string(hide_password=False)
    waiting = execute(
        url,
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pg_blocking_pids(pid) <> '{}'",
    )
    return bool(waiting)


def test_what_is_appended_later_is_read_later(engine: sa.Engine, things: Things) -> None:
    """A transaction that began first and appends last gets the later time."""
    user, conversation = things.user_id, things.conversation_id
    with user_session(user, engine) as early:
        with user_session(user, engine) as late:
            run(late, messages.append(user, conversation, said("first")))
        run(early, messages.append(user, conversation, said("second")))
    with user_session(user, engine) as session:
        history = run(session, messages.history(user, conversation))
    assert [row.content for row in history[-2:]] == ["first", "second"]


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


def test_messages_of_a_conversation_cannot_be_far_in_the_future(
    address: Callable[[str], str], engine: sa.Engine, things: Things
) -> None:
    """A clock that was wrong is waited for in microseconds, not undone."""
    ahead = things.seen + timedelta(days=1)
    execute(
        address("owner"),
        "UPDATE conversations SET updated_at = %s WHERE id = %s",
        ahead,
        things.conversation_id,
    )
    with user_session(things.user_id, engine) as session:
        append = messages.append(things.user_id, things.conversation_id, said("x"))
        assert run(session, append).created_at == ahead + timedelta(microseconds=1)


def test_a_cursor_is_of_its_list(ask: Ask, ada: str, bob: str) -> None:
    mine, other = start(ask, ada, ["a", "b"]), start(ask, ada, ["c"])
    cursor = ask(ada, messages.latest(ada, mine, limit=1)).older
    assert cursor
    for user, conversation in ((ada, other), (bob, mine)):
        with pytest.raises(errors.InvalidCursor):
            messages.older(user, conversation, cursor)
    with pytest.raises(errors.InvalidCursor):
        conversations.recent(ada, cursor=cursor)
