"""Conversations: one thread of messages between a user and the assistant."""

from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
from sqlmodel import Field, Relationship

from .base import (
    UUID,
    Base,
    Input,
    Moment,
    Storable,
    UserId,
    created_at,
    new_id,
    updated_at,
    uuid_key,
)

if TYPE_CHECKING:
    from .message import Message
    from .user import User

Title = Annotated[str, Field(max_length=200), Storable]


class Conversation(Base, table=True):
    """One thread of messages, owned by exactly one user."""

    __tablename__ = "conversations"
    __table_args__ = (
        # Looks redundant beside the primary key; it is what the key of messages points at.
        sa.UniqueConstraint("user_id", "id"),
        sa.Index(
            "ix_conversations_user_id_updated_at",
            "user_id",
            sa.text("updated_at DESC"),
            sa.text("id DESC"),
        ),
    )

    id: UUID = uuid_key()
    """Version 7 when the client makes it, so that a retry is recognised."""
    user_id: UserId = Field(foreign_key="user.id", ondelete="CASCADE", sa_type=sa.String)
    """Owner: a Better Auth user. Deleting the user deletes it too."""
    title: Title | None = Field(default=None, sa_type=sa.String(200))
    """What it is about, up to 200 characters."""
    created_at: Moment = created_at()
    """When it began."""
    updated_at: Moment = updated_at()
    """When a message was last appended or the title last changed."""

    user: "User" = Relationship(
        back_populates="conversations", sa_relationship_kwargs={"viewonly": True, "lazy": "raise"}
    )
    messages: list["Message"] = Relationship(
        back_populates="conversation",
        # The database cascades. "all": True would still write NULL into the keys of those loaded.
        passive_deletes="all",
        sa_relationship_kwargs={
            "lazy": "raise",
            "order_by": "(Message.created_at, Message.id)",
        },
    )


class ConversationCreate(Input):
    """A new conversation, as a caller may send it."""

    id: UUID = Field(default_factory=new_id)
    title: Title | None = None


class ConversationUpdate(Input):
    """What to change of a conversation; what is not sent stays as it is."""

    title: Title | None = None
