"""Everything of a user: counted, exported, deleted. The account itself is Better Auth's."""

from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import col

from models import Base, Conversation, Message, Task
from queries.query import OWNERS, Listing, Query, listing

_ORDER: dict[type[Base], tuple[Any, ...]] = {
    Task: (col(Task.id),),
    Conversation: (col(Conversation.created_at), col(Conversation.id)),
    Message: (col(Message.conversation_id), col(Message.created_at), col(Message.id)),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a user has, or had."""

    tasks: int
    conversations: int
    messages: int


class Line(Protocol):
    """One row of a user as a JSON object, with the name of its table in "table"."""

    line: str


def _own(model: type[Base]) -> sa.ColumnElement[bool]:
    return OWNERS[model] == sa.bindparam("user")


def _how_many(source: Any) -> sa.ScalarSelect[int]:
    statement = sa.select(sa.func.count()).select_from(source)
    return (statement.where(_own(source)) if source in OWNERS else statement).scalar_subquery()


_COUNT = sa.select(*(_how_many(model) for model in (Task, Conversation, Message)))


def count(user_id: str) -> Query[Counts]:
    """How much there is, at one instant."""
    return Query(user_id, _COUNT, {}, _counts)


# The deletes see the same instant as the count. Messages go with their conversation.
_DELETE = sa.select(
    *(
        _how_many(
            sa.delete(model)
            .where(_own(model))
            .returning(OWNERS[model])
            .cte(f"{model.__tablename__}_gone")
        )
        for model in (Task, Conversation)
    ),
    _how_many(Message),
)


def delete(user_id: str) -> Query[Counts]:
    """Delete all of it; returns what there was. May be sent again, and is then zeros."""
    return Query(user_id, _DELETE, {}, _counts)


def _lines(model: type[Base]) -> sa.Select[Any]:
    """Each row as an object of every column of its table."""
    table = model.__table__  # type: ignore[attr-defined]
    pairs: list[Any] = [sa.literal_column("'table'"), sa.literal_column(f"'{table.name}'")]
    for column in table.columns:
        pairs += [sa.literal_column(f"'{column.name}'"), getattr(model, column.name)]
    line = sa.cast(sa.func.json_build_object(*pairs), sa.Text).label("line")
    return sa.select(line).where(_own(model)).order_by(*_ORDER[model])


_branches = [_lines(model).subquery() for model in _ORDER]
_EXPORT = sa.union_all(*(sa.select(branch.c.line) for branch in _branches))


def export(user_id: str) -> Listing[Line]:
    """All of it as JSON lines: tasks, conversations, and messages in the order of history.

    To be streamed. Times are ISO 8601 in UTC in a `user_session`.
    """
    return listing(user_id, _EXPORT, {})


def _counts(result: sa.Result[Any]) -> Counts:
    return Counts(*tuple(result.one()))
