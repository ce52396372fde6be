"""Messages: what was said in a conversation. Written once, never changed."""

import math
from typing import TYPE_CHECKING, Annotated, Literal

import sqlalchemy as sa
from pydantic import AfterValidator, JsonValue
from sqlalchemy import event
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field, Relationship

from .base import (
    UUID,
    Base,
    Input,
    Moment,
    Storable,
    Text,
    UserId,
    created_at,
    new_id,
    storable,
    uuid_key,
)

if TYPE_CHECKING:
    from .conversation import Conversation

Role = Literal["user", "assistant", "system"]
AgentName = Annotated[str, Field(max_length=50), Storable]
AgentIcon = Annotated[str, Field(max_length=10), Storable]

_TOO_LARGE = 10**4300  # json neither writes nor reads more digits; jsonb itself would hold more


def _storable_json(value: JsonValue) -> JsonValue:
    """Refuse what jsonb refuses in a text, and numbers that JSON cannot write."""
    match value:
        case str():
            storable(value)
        case float() if not math.isfinite(value):
            raise ValueError("numbers must be finite")
        case int() if abs(value) >= _TOO_LARGE:
            raise ValueError("numbers must have at most 4300 digits")
        case list():
            for item in value:
                _storable_json(item)
        case dict():
            for key, item in value.items():
                storable(key)
                _storable_json(item)
    return value


ToolCalls = list[Annotated[dict[str, JsonValue], AfterValidator(_storable_json)]]


class Message(Base, table=True):
    """One thing said in a conversation by the user, the assistant or the system."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.CheckConstraint("role IN ('user', 'assistant', 'system')", name="role"),
        sa.CheckConstraint("char_length(content) <= 10000", name="content_length"),
        # The pair, not conversation_id alone: a message cannot sit in another user's conversation,
        # whatever the code does. It implies the key to "user", and spares the lock on its row.
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            ondelete="CASCADE",
        ),
        sa.Index("ix_messages_conversation_id_created_at", "conversation_id", "created_at", "id"),
        sa.Index("ix_messages_user_id_conversation_id", "user_id", "conversation_id"),
        # NULLS FIRST, though there are none: an order that only the purge asks for, so that the
        # planner reads no page of a conversation by it.
        sa.Index("ix_messages_created_at", sa.text("created_at NULLS FIRST")),
    )

    id: UUID = uuid_key()
    """Version 7 when the client makes it, so that a retry is recognised."""
    conversation_id: UUID = Field(sa_type=sa.Uuid)
    """Thread that it belongs to. Deleting the thread deletes it too."""
    user_id: UserId = Field(sa_type=sa.String)
    """Owner of the conversation, repeated so that every query filters on it."""
    role: Role = Field(max_length=20, sa_type=sa.String(20))
    """Who speaks: user, assistant or system."""
    content: Text = Field(max_length=10_000, sa_type=sa.Text)
    """What was said, up to 10000 characters; may be empty beside tool calls."""
    tool_calls: ToolCalls | None = Field(default=None, sa_type=pg.JSONB(none_as_null=True))
    """Tools that the assistant called: a JSON array of objects."""
    agent_name: AgentName | None = Field(default=None, sa_type=sa.String(50))
    """Which agent answered."""
    agent_icon: AgentIcon | None = Field(default=None, sa_type=sa.String(10))
    """Its emoji, up to 10 code points: the longest standard one has as many."""
    created_at: Moment = created_at()
    """When it was said. History is read in the order of (created_at, id)."""

    conversation: "Conversation" = Relationship(
        back_populates="messages", sa_relationship_kwargs={"lazy": "raise"}
    )


# user_id follows from conversation_id, which the planner cannot know: without this it multiplies
# their selectivities and reads the whole conversation to find its last page (1010 buffers for 53).
event.listen(
    Message.__table__,  # type: ignore[attr-defined]
    "after_create",
    sa.DDL(  # type: ignore[no-untyped-call]
        "CREATE STATISTICS st_messages_user_id_conversation_id (dependencies)"
        " ON user_id, conversation_id FROM messages"
    ),
)


class MessageCreate(Input):
    """A new message, as a caller may send it."""

    id: UUID = Field(default_factory=new_id)
    role: Role
    content: Text = Field(max_length=10_000)
    tool_calls: ToolCalls | None = None
    agent_name: AgentName | None = None
    agent_icon: AgentIcon | None = None
