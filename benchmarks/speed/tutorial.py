"""How a tutorial writes it: entities, OFFSET, no owner, an index on conversation_id only."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

from benchmarks.speed.contenders import Contender, Place, Turn
from benchmarks.speed.stage import HEAVY

NAME = "tutorial"
FILL = """
INSERT INTO tutorial_conversations (key, user_id, title, created_at, updated_at)
SELECT id, user_id, title, created_at, updated_at FROM conversations ORDER BY id;
INSERT INTO tutorial_messages (conversation_id, user_id, role, content, created_at)
SELECT c.id, m.user_id, m.role, m.content, m.created_at
FROM messages m JOIN tutorial_conversations c ON c.key = m.conversation_id ORDER BY m.created_at;
INSERT INTO tutorial_tasks (user_id, title, description, completed, created_at, updated_at)
SELECT user_id, title, description, completed, created_at, updated_at FROM tasks ORDER BY id
"""


def _now() -> datetime:
    return datetime.now(UTC)


class _Base(SQLModel, registry=registry()):
    """Not among the tables of the project."""


def _time() -> Any:
    return Field(default_factory=_now, sa_type=sa.DateTime(timezone=True))


class Conversation(_Base, table=True):
    __tablename__ = "tutorial_conversations"
    id: int | None = Field(default=None, primary_key=True)
    key: UUID = Field(unique=True, sa_type=sa.Uuid)
    user_id: str = Field(index=True)
    title: str | None = None
    created_at: datetime = _time()
    updated_at: datetime = _time()


class Message(_Base, table=True):
    __tablename__ = "tutorial_messages"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="tutorial_conversations.id", index=True)
    user_id: str
    role: str
    content: str
    created_at: datetime = _time()


class Task(_Base, table=True):
    __tablename__ = "tutorial_tasks"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(index=True)
    title: str
    description: str | None = None
    completed: bool = False
    created_at: datetime = _time()
    updated_at: datetime = _time()


def fill(place: Place, admin: psycopg.Connection) -> None:
    """The same rows, in tables as the tutorial makes them."""
    engine = create_engine(place.url())
    _Base.metadata.create_all(engine)
    engine.dispose()
    for statement in FILL.split(";"):
        admin.execute(statement.encode())


def tutorial(place: Place) -> Contender:
    """A session a request; nobody sets anything."""
    engine = create_engine(place.url())
    with Session(engine) as session:
        known = session.exec(select(Conversation.key, Conversation.id)).all()
    numbers = {key: number or 0 for key, number in known}

    def messages(*order: Any, offset: int = 0, limit: int | None = None) -> Callable[[Turn], Any]:
        def read(turn: Turn) -> Any:
            statement = select(Message).where(Message.conversation_id == numbers[turn.conversation])
            statement = statement.order_by(*order).offset(offset).limit(limit)
            with Session(engine) as session:
                return session.exec(statement).all()

        return read

    def listed(model: type[Conversation] | type[Task], order: Any) -> Callable[[Turn], Any]:
        def read(_: Turn) -> Any:
            with Session(engine) as session:
                statement = select(model).where(model.user_id == HEAVY).order_by(order)
                return session.exec(statement.offset(0).limit(100)).all()

        return read

    def append(turn: Turn) -> Any:
        with Session(engine) as session:
            conversation = session.get_one(Conversation, numbers[turn.conversation])
            conversation.updated_at = _now()
            said = turn.message
            message = Message(
                conversation_id=numbers[turn.conversation],
                user_id=HEAVY,
                role=said.role,
                content=said.content,
            )
            session.add(message)
            session.commit()
            session.refresh(message)
            return message

    newest = col(Message.created_at).desc()
    latest = messages(newest, limit=50)
    return Contender(
        NAME,
        {
            "latest": latest,
            "objects": latest,
            "page": messages(newest, offset=500, limit=50),
            "history": messages(col(Message.created_at)),
            "conversations": listed(Conversation, col(Conversation.updated_at).desc()),
            "tasks": listed(Task, col(Task.created_at).desc()),
            "append": append,
        },
        engine.dispose,
    )
