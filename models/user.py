"""Better Auth's "user", so that keys to it resolve: never created, altered or dropped by us.

Better Auth refuses to start on a column that it does not know, so nothing is ever added here.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Field, Relationship

from .base import Base

if TYPE_CHECKING:
    from .conversation import Conversation
    from .task import Task


class User(Base, table=True):
    """Who signs in. Only the key stands here; the rest is Better Auth's business."""

    __tablename__ = "user"
    __table_args__ = {"info": {"external": True}}  # noqa: RUF012  SQLAlchemy's own convention

    id: str = Field(primary_key=True, sa_type=sa.Text)
    """The `sub` of the token: text, 32 characters by default."""

    # To read only: whose tasks and conversations these are is decided where they are written.
    tasks: list["Task"] = Relationship(
        back_populates="user", sa_relationship_kwargs={"viewonly": True, "lazy": "raise"}
    )
    conversations: list["Conversation"] = Relationship(
        back_populates="user", sa_relationship_kwargs={"viewonly": True, "lazy": "raise"}
    )
