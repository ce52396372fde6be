"""What the database holds by itself, whatever the code in front of it does."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models import Conversation, Message, Task, TaskCreate, TaskUpdate
from models.base import new_id

COUNT = """
    SELECT (SELECT count(*) FROM tasks WHERE user_id = :user),
           (SELECT count(*) FROM conversations WHERE user_id = :user),
           (SELECT count(*) FROM messages WHERE user_id = :user)
"""


def converse(engine: sa.Engine, user: str, messages: int = 2) -> UUID:
    """Insert as anybody would by hand, leaving all there is to leave to the database."""
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO tasks (user_id, title) VALUES (:user, 'buy milk')"), {"user": user}
        )
        conversation: UUID = connection.execute(
            sa.text("INSERT INTO conversations (user_id) VALUES (:user) RETURNING id"),
            {"user": user},
        ).scalar_one()
        connection.execute(
            sa.text(
                "INSERT INTO messages (conversation_id, user_id, role, content)"
                " VALUES (:conversation, :user, 'user', 'hello')"
            ),
            [{"conversation": conversation, "user": user}] * messages,
        )
    return conversation


def counts(engine: sa.Engine, user: str) -> tuple[int, ...]:
    with engine.connect() as connection:
        return tuple(connection.execute(sa.text(COUNT), {"user": user}).one())


def test_plain_inserts_get_the_rest_from_the_database(engine: sa.Engine, ada: str) -> None:
    before = datetime.now(UTC)
    converse(engine, ada, messages=1)
    with Session(engine) as session:
        task = session.exec(select(Task)).one()
        conversation = session.exec(select(Conversation)).one()
        message = session.exec(select(Message)).one()
    assert (task.id, task.completed, task.tags, task.due_date) == (1, False, [], None)
    assert (conversation.title, message.tool_calls, message.agent_name) == (None, None, None)
    for row in (task, conversation, message):
        assert abs(row.created_at - before) < timedelta(minutes=1)
        assert row.created_at.utcoffset() == timedelta(0)
    assert task.updated_at == task.created_at
    assert {conversation.id.version, message.id.version} == {4}


def test_models_make_their_keys_themselves(session: Session, ada: str) -> None:
    conversation = Conversation(user_id=ada)
    message = Message(
        conversation_id=conversation.id, user_id=ada, role="user", content="", tool_calls=[{}]
    )
    assert {conversation.id.version, message.id.version} == {7}
    session.add_all([message, conversation])
    session.commit()
    assert session.get(Message, message.id) is message


def test_a_deleted_user_leaves_nothing(
    engine: sa.Engine, admin: sa.Engine, ada: str, bob: str
) -> None:
    converse(engine, ada)
    converse(engine, bob)
    with admin.begin() as connection:
        connection.execute(sa.text('DELETE FROM "user" WHERE id = :id'), {"id": ada})
    assert counts(engine, ada) == (0, 0, 0)
    assert counts(engine, bob) == (1, 1, 2)


def test_a_deleted_conversation_leaves_no_message(engine: sa.Engine, ada: str) -> None:
    conversation = converse(engine, ada)
    converse(engine, ada)
    with engine.begin() as connection:
        connection.execute(sa.delete(Conversation).where(col(Conversation.id) == conversation))
    assert counts(engine, ada) == (2, 1, 2)


def test_a_message_cannot_be_in_a_conversation_of_somebody_else(
    engine: sa.Engine, session: Session, ada: str, bob: str
) -> None:
    conversation = converse(engine, ada)
    session.add(Message(conversation_id=conversation, user_id=bob, role="user", content="hi"))
    with pytest.raises(IntegrityError, match="fk_messages_user_id_conversation_id_conversations"):
        session.commit()


def test_a_conversation_with_messages_cannot_change_hands(
    engine: sa.Engine, ada: str, bob: str
) -> None:
    converse(engine, ada)
    with (
        engine.connect() as connection,
        pytest.raises(IntegrityError, match="fk_messages_user_id_conversation_id_conversations"),
    ):
        connection.execute(sa.update(Conversation).values(user_id=bob))


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (Task(user_id="nobody", title="a"), "fk_tasks_user_id_user"),
        (Conversation(user_id="nobody"), "fk_conversations_user_id_user"),
        (
            Message(user_id="nobody", conversation_id=uuid4(), role="user", content="a"),
            "fk_messages_user_id_conversation_id_conversations",
        ),
    ],
    ids=["task", "conversation", "message"],
)
def test_an_unknown_user_is_refused(
    session: Session, row: Task | Conversation | Message, key: str
) -> None:
    session.add(row)
    with pytest.raises(IntegrityError, match=key):
        session.commit()


def test_a_retried_insert_is_recognised_by_its_key(session: Session, ada: str) -> None:
    given = new_id()
    session.add(Conversation(id=given, user_id=ada))
    session.commit()
    session.expunge_all()
    session.add(Conversation(id=given, user_id=ada))
    with pytest.raises(IntegrityError, match="pk_conversations"):
        session.commit()


def test_an_input_becomes_a_row_and_changes_it(session: Session, ada: str) -> None:
    sent = TaskCreate(title="buy milk", tags=["home"], due_date=datetime(2027, 1, 1, tzinfo=UTC))
    task = Task.model_validate(sent, update={"user_id": ada})
    session.add(task)
    session.commit()
    task.sqlmodel_update(TaskUpdate(completed=True).model_dump(exclude_unset=True))
    session.commit()
    assert (task.title, task.tags, task.completed) == ("buy milk", ["home"], True)
    assert task.due_date == sent.due_date


def test_a_change_moves_updated_at_and_nothing_else(session: Session, ada: str) -> None:
    task = Task(user_id=ada, title="buy milk")
    session.add(task)
    session.commit()
    created, updated = task.created_at, task.updated_at
    task.completed = True
    session.commit()
    assert task.created_at == created
    assert task.updated_at > updated
    assert task.updated_at.utcoffset() == timedelta(0)
    session.exec(sa.update(Task).values(title="buy bread"))
    session.commit()
    assert task.title == "buy bread"
    assert task.updated_at > updated


def test_messages_of_one_transaction_keep_their_order(session: Session, ada: str) -> None:
    """now() is the same throughout a transaction; the keys of version 7 go on counting."""
    conversation = Conversation(user_id=ada)
    session.add(conversation)
    session.flush()
    append = sa.text(
        "INSERT INTO messages (id, conversation_id, user_id, role, content)"
        " VALUES (:id, :conversation, :user, 'user', :content)"
    )
    row = {"conversation": conversation.id, "user": ada}
    said = [{**row, "id": new_id(), "content": str(number)} for number in range(100)]
    session.connection().execute(append, said)
    history = select(Message).order_by(col(Message.created_at), col(Message.id))
    found = session.exec(history).all()
    assert [message.content for message in found] == [str(number) for number in range(100)]
    assert len({message.created_at for message in found}) == 1
