"""Relationships: what is loaded is there, what is not says so, and nothing asks row by row."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, selectinload
from sqlmodel import Session, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Conversation, Message, Task, User

# Typed as what they are in queries, which is not what they are on an instance.
MESSAGES: InstrumentedAttribute[list[Message]] = Conversation.messages  # type: ignore[assignment]
CONVERSATIONS: InstrumentedAttribute[list[Conversation]] = User.conversations  # type: ignore[assignment]
TASKS: InstrumentedAttribute[list[Task]] = User.tasks  # type: ignore[assignment]


def said(content: str) -> dict[str, Any]:
    """Return a message without the keys that it takes from its conversation."""
    return {"role": "user", "content": content}


@pytest.fixture
def threads(session: Session, ada: str) -> list[UUID]:
    """Five conversations of three messages each, and two tasks, all of ada."""
    conversations = [Conversation(user_id=ada, title=str(number)) for number in range(5)]
    for conversation in conversations:
        conversation.messages = [
            Message(**said(f"{conversation.title}.{number}")) for number in range(3)
        ]
    session.add_all(conversations)
    session.add_all(Task(user_id=ada, title=f"task {number}") for number in range(2))
    session.commit()
    return [conversation.id for conversation in conversations]


def test_a_message_takes_its_keys_from_its_conversation(session: Session, ada: str) -> None:
    conversation = Conversation(user_id=ada)
    message = Message(conversation=conversation, **said("hello"))
    session.add(message)
    session.flush()
    assert (message.user_id, message.conversation_id) == (ada, conversation.id)
    assert conversation.messages == [message]


def test_a_stored_conversation_takes_one_more_message(
    engine: sa.Engine, session: Session, threads: list[UUID], statements: list[str]
) -> None:
    conversation = session.get_one(Conversation, threads[0])
    statements.clear()
    session.add(Message(conversation=conversation, **said("one more")))
    session.commit()
    assert [statement.split()[0] for statement in statements] == ["INSERT"]


def test_what_was_not_loaded_says_so(
    session: Session, ada: str, threads: list[UUID], statements: list[str]
) -> None:
    session.expunge_all()
    loaded = [
        (session.exec(select(User)).one(), ["tasks", "conversations"]),
        (session.exec(select(Task).limit(1)).one(), ["user"]),
        (session.exec(select(Conversation).limit(1)).one(), ["user", "messages"]),
        (session.exec(select(Message).limit(1)).one(), ["conversation"]),
    ]
    statements.clear()
    for instance, relationships in loaded:
        for name in relationships:
            with pytest.raises(InvalidRequestError, match=f"{name}' is not available due to lazy"):
                getattr(instance, name)
    assert statements == []


def test_conversations_come_with_their_messages_in_two_statements(
    session: Session, threads: list[UUID], statements: list[str]
) -> None:
    session.expunge_all()
    statements.clear()
    query = select(Conversation).order_by(col(Conversation.title)).options(selectinload(MESSAGES))
    found = session.exec(query).all()
    assert [[message.content for message in conversation.messages] for conversation in found] == [
        [f"{title}.{number}" for number in range(3)] for title in range(5)
    ]
    assert len(statements) == 2


def test_a_user_comes_with_everything_in_four_statements(
    session: Session, threads: list[UUID], statements: list[str]
) -> None:
    session.expunge_all()
    statements.clear()
    whole = [selectinload(TASKS), selectinload(CONVERSATIONS).selectinload(MESSAGES)]
    user = session.exec(select(User).options(*whole)).one()
    assert len(user.tasks) == 2
    assert sum(len(conversation.messages) for conversation in user.conversations) == 15
    assert len(statements) == 4


def test_a_join_fills_a_relationship_in_one_statement(
    session: Session, threads: list[UUID], statements: list[str]
) -> None:
    session.expunge_all()
    statements.clear()
    query = (
        select(Conversation)
        .join(MESSAGES)
        .where(col(Message.content).endswith(".0"))
        .options(contains_eager(MESSAGES))
    )
    found = session.exec(query).unique().all()
    assert [len(conversation.messages) for conversation in found] == [1] * 5
    assert len(statements) == 1


@pytest.mark.parametrize("loaded", [False, True], ids=["messages unloaded", "messages loaded"])
def test_the_database_deletes_the_messages_of_a_conversation(
    session: Session, threads: list[UUID], statements: list[str], loaded: bool
) -> None:
    session.expunge_all()
    options = [selectinload(MESSAGES)] if loaded else []
    conversation = session.get_one(Conversation, threads[0], options=options)
    statements.clear()
    session.delete(conversation)
    session.commit()
    (statement,) = statements
    assert statement.startswith("DELETE FROM conversations")
    assert session.exec(select(sa.func.count()).select_from(Message)).one() == 12


def test_a_user_is_never_written(session: Session, ada: str, statements: list[str]) -> None:
    """Its collections are there to read: an owner is given by user_id alone."""
    user = session.exec(select(User).options(selectinload(TASKS))).one()
    statements.clear()
    user.tasks.append(Task(user_id=ada, title="buy milk"))
    session.commit()
    assert statements == []


def test_an_async_session_does_the_same(async_engine: AsyncEngine, threads: list[UUID]) -> None:
    async def converse() -> None:
        async with AsyncSession(async_engine, expire_on_commit=False) as own:
            query = select(Conversation).order_by(col(Conversation.title))
            first = (await own.exec(query.limit(1))).one()
            with pytest.raises(InvalidRequestError, match="lazy='raise'"):
                _ = first.messages
            own.add(Message(conversation=first, **said("0.3")))
            await own.commit()
            again = query.options(selectinload(MESSAGES)).execution_options(populate_existing=True)
            found = (await own.exec(again)).all()
            assert [message.content for message in found[0].messages] == [
                "0.0",
                "0.1",
                "0.2",
                "0.3",
            ]
            await own.delete(found[0])
            await own.commit()
            remaining = await own.exec(select(sa.func.count()).select_from(Message))
            assert remaining.one() == 12
        await async_engine.dispose()

    asyncio.run(converse())
