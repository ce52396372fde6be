"""Several writers at once: nothing is lost, nothing is left behind."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models import Conversation, Message, Task

WRITERS = 8
EACH = 25
BLOCKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pg_blocking_pids(pid) <> '{}'
"""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


@pytest.fixture
def conversation(session: Session, ada: str) -> UUID:
    conversation = Conversation(user_id=ada)
    session.add(conversation)
    session.commit()
    return conversation.id


def start_and_wait_until_blocked(
    pool: ThreadPoolExecutor, admin: sa.Engine, work: Callable[[], None]
) -> Future[None]:
    """Start what has to wait for a lock, and return once it waits (or is done, which it is not)."""
    future = pool.submit(work)
    with admin.connect() as connection:
        while not connection.execute(sa.text(BLOCKED)).scalar_one():
            assert not future.done(), "it did not wait"
            connection.rollback()
    return future


def test_parallel_writers_append_to_one_conversation(
    engine: sa.Engine, session: Session, pool: ThreadPoolExecutor, ada: str, conversation: UUID
) -> None:
    def append(writer: int) -> None:
        for number in range(EACH):
            with Session(engine) as own:
                own.add(
                    Message(
                        conversation_id=conversation,
                        user_id=ada,
                        role="user",
                        content=f"{writer}.{number}",
                    )
                )
                own.commit()

    list(pool.map(append, range(WRITERS)))
    history = select(Message.content).order_by(col(Message.created_at), col(Message.id))
    said = session.exec(history).all()
    assert len(said) == len(set(said)) == WRITERS * EACH
    for writer in range(WRITERS):
        own = [content for content in said if content.startswith(f"{writer}.")]
        assert own == [f"{writer}.{number}" for number in range(EACH)]


def test_deleting_a_conversation_waits_for_a_message_and_takes_it_along(
    engine: sa.Engine,
    admin: sa.Engine,
    session: Session,
    pool: ThreadPoolExecutor,
    ada: str,
    conversation: UUID,
) -> None:
    def delete() -> None:
        with engine.begin() as connection:
            connection.execute(sa.delete(Conversation))

    session.add(Message(conversation_id=conversation, user_id=ada, role="user", content="late"))
    session.flush()
    deleted = start_and_wait_until_blocked(pool, admin, delete)
    session.commit()
    deleted.result()
    assert session.exec(select(Message)).all() == []


def test_a_message_waits_for_the_deletion_of_its_conversation_and_is_refused(
    engine: sa.Engine,
    admin: sa.Engine,
    session: Session,
    pool: ThreadPoolExecutor,
    ada: str,
    conversation: UUID,
) -> None:
    def append() -> None:
        with Session(engine) as own:
            own.add(Message(conversation_id=conversation, user_id=ada, role="user", content="late"))
            own.commit()

    session.exec(sa.delete(Conversation))
    appended = start_and_wait_until_blocked(pool, admin, append)
    session.commit()
    with pytest.raises(IntegrityError, match="fk_messages_user_id_conversation_id_conversations"):
        appended.result()


def test_deleting_a_user_waits_for_a_task_and_takes_it_along(
    admin: sa.Engine, session: Session, pool: ThreadPoolExecutor, ada: str
) -> None:
    def delete() -> None:
        with admin.begin() as connection:
            connection.execute(sa.text('DELETE FROM "user"'))

    session.add(Task(user_id=ada, title="late"))
    session.flush()
    deleted = start_and_wait_until_blocked(pool, admin, delete)
    session.commit()
    deleted.result()
    assert session.exec(select(Task)).all() == []
