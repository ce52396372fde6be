"""Appending: in order, as a whole, and only once however often it is sent."""

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
    conversations,
    errors,
    messages,
    run,
    user_session,
)
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
