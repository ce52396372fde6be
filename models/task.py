"""Tasks: what a user has to do. Made by Phase II, whose names and statements go on working."""

from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field, Relationship

from .base import Base, Input, Moment, Storable, Text, UserId, created_at, updated_at

if TYPE_CHECKING:
    from .user import User

# Not a rule of the database, but of its index: GIN refuses a key of more than 2712 bytes.
Tag = Annotated[str, Field(min_length=1, max_length=100), Storable]


class Task(Base, table=True):
    """One thing to do, owned by exactly one user."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.PrimaryKeyConstraint("id", name="tasks_pkey"),
        sa.CheckConstraint("title <> ''", name="title_not_empty"),
        sa.Index("ix_tasks_user_id", "user_id"),
        sa.Index("ix_tasks_user_id_completed", "user_id", "completed"),
        sa.Index("ix_tasks_tags", "tags", postgresql_using="gin"),
        sa.Index("ix_tasks_due_date", "due_date", postgresql_where="due_date IS NOT NULL"),
        sa.Index(
            "ix_tasks_user_id_due_date",
            "user_id",
            "due_date",
            postgresql_where="due_date IS NOT NULL",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    """Number of the task, from the sequence that Phase II made."""
    user_id: UserId = Field(foreign_key="user.id", ondelete="CASCADE", sa_type=sa.String)
    """Owner: a Better Auth user. Deleting the user deletes it too."""
    title: Text = Field(min_length=1, max_length=200, sa_type=sa.String(200))
    """What to do, 1 to 200 characters."""
    description: Text | None = Field(default=None, sa_type=sa.String)
    """Anything more there is to say."""
    completed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Done or not."""
    tags: list[Tag] = Field(
        default_factory=list,
        sa_type=pg.ARRAY(sa.Text),
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )
    """Labels that the user chose; none is an empty array, never NULL."""
    due_date: Moment | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    """When it should be done; NULL means whenever."""
    created_at: Moment = created_at()
    """When the task was written down."""
    updated_at: Moment = updated_at()
    """When the task last changed."""

    user: "User" = Relationship(
        back_populates="tasks", sa_relationship_kwargs={"viewonly": True, "lazy": "raise"}
    )


class TaskCreate(Input):
    """A new task, as a caller may send it."""

    title: Text = Field(min_length=1, max_length=200)
    description: Text | None = None
    completed: bool = False
    tags: list[Tag] = Field(default_factory=list)
    due_date: Moment | None = None


class TaskUpdate(Input):
    """What to change of a task; what is not sent stays as it is."""

    title: Text = Field(default="", min_length=1, max_length=200)
    description: Text | None = None
    completed: bool = False
    tags: list[Tag] = Field(default_factory=list)
    due_date: Moment | None = None
