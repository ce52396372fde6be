"""Appending to a conversation: one statement, which may be sent again.

The ids are the client's. A statement whose answer was lost is sent again and finds its messages
there: nothing is doubled, touched or moved, and the answer is the one that was lost.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col

from models import Conversation, Message, MessageCreate
from queries.errors import IdTaken, Invalid, NotFound
from queries.query import Query
from queries.times import MICROSECOND, later


class Appended(Protocol):
    """What the database adds to a message: its time."""

    id: UUID
    created_at: datetime


_SENT = ("id", "role", "content", "tool_calls", "agent_name", "agent_icon")
_columns: tuple[Any, ...] = tuple(col(getattr(Message, name)) for name in _SENT)
_USER = sa.bindparam("user", type_=sa.String)
_CONVERSATION = sa.bindparam("conversation", type_=sa.Uuid)
_THIS = (col(Conversation.user_id) == _USER, col(Conversation.id) == _CONVERSATION)
_HOW_MANY = sa.bindparam("how_many", type_=sa.Integer)

# One message is sent as values, several as an array for each column.
_value = {column.key: sa.bindparam(f"one_{column.key}", type_=column.type) for column in _columns}
# A cast to varchar(50)[] would cut what is longer; the column refuses it.
_items = {
    column.key: sa.String() if isinstance(column.type, sa.String) else column.type
    for column in _columns
}
_array = {
    name: sa.bindparam(f"all_{name}", type_=pg.ARRAY(item, dimensions=1))
    for name, item in _items.items()
}
_sent = (
    sa.func.unnest(*_array.values())
    .table_valued(
        *(sa.column(name, item) for name, item in _items.items()), with_ordinality="place"
    )
    .render_derived(name="sent")
)


def _there(id_sent: Any) -> sa.Select[Any]:
    """The message, if it is there already."""
    own = col(Message.user_id) == _USER
    return sa.select(col(Message.id)).where(own, col(Message.id) == id_sent)


def _touched(there: sa.Select[Any], how_many: Any = None) -> sa.CTE:
    """The conversation with a time for what is appended, unless some of that is there already."""
    return (
        sa.update(Conversation)
        .where(*_THIS, ~there.exists())
        .values(updated_at=later(col(Conversation.updated_at), how_many))
        .returning(col(Conversation.updated_at))
        .cte("touched")
    )


def _insert(values: Sequence[Any], time: sa.ColumnElement[Any], source: Any) -> sa.Executable:
    return (
        pg.insert(Message)
        .from_select(
            [*_SENT, "user_id", "conversation_id", "created_at"],
            sa.select(*values, _USER, _CONVERSATION, time).select_from(source),
            include_defaults=False,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(col(Message.id), col(Message.created_at))
    )


_one = _touched(_there(_value["id"]))
_APPEND = _insert(tuple(_value.values()), _one.c.updated_at, _one)

# LIMIT: each id is looked up by itself. Left to join, the planner may read all that the user has.
_each = _there(_sent.c.id).limit(1).lateral("there")
_some = sa.select(_each.c.id).select_from(_sent.join(_each, sa.true()))
# The last message has the time of its conversation, each one before it a microsecond less.
_all = _touched(_some, _HOW_MANY)
_APPEND_ALL = _insert(
    [_sent.c[name] for name in _SENT],
    _all.c.updated_at - (_HOW_MANY - _sent.c.place) * MICROSECOND,
    _all.join(_sent, sa.true()),
)

# Asked where not every message was new. It has a snapshot of its own, so it sees what the first
# attempt has written, even if that was still under way when the second one began.
_same = sa.and_(
    col(Message.conversation_id) == _CONVERSATION,
    *(column.is_not_distinct_from(_sent.c[column.key]) for column in _columns),
)
_SETTLE = (
    sa.select(col(Message.id), col(Message.created_at), _same.label("same"))
    .select_from(Conversation)
    .join(_sent, sa.true())
    .outerjoin(Message, sa.and_(col(Message.user_id) == _USER, col(Message.id) == _sent.c.id))
    .where(*_THIS)
    .order_by(_sent.c.place)
)


def append(user_id: str, conversation_id: UUID, new: MessageCreate) -> Query[Appended]:
    """Say something. Raises NotFound, and IdTaken for an id that has other content already."""
    parameters: dict[str, Any] = {f"one_{name}": getattr(new, name) for name in _SENT}
    parameters["conversation"] = conversation_id
    settle = Query(
        user_id, _SETTLE, _arrays(conversation_id, [new]), lambda result: _settled(result)[0]
    )
    return Query(user_id, _APPEND, parameters, sa.Result.first, settle)


def append_all(
    user_id: str, conversation_id: UUID, new: Sequence[MessageCreate]
) -> Query[Sequence[Appended]]:
    """Say several things in their order, all of them or none. Errors as of `append`."""
    if not new:
        raise Invalid("messages", "there is nothing to append")
    parameters = _arrays(conversation_id, new)
    settle = Query(user_id, _SETTLE, parameters, _settled)

    def read(result: sa.Result[Any]) -> Sequence[Appended] | None:
        rows = result.all()
        return sorted(rows, key=lambda row: row.created_at) if len(rows) == len(new) else None

    return Query(user_id, _APPEND_ALL, {**parameters, "how_many": len(new)}, read, settle)


def _arrays(conversation_id: UUID, new: Sequence[MessageCreate]) -> dict[str, Any]:
    return {
        "conversation": conversation_id,
        **{f"all_{name}": [getattr(message, name) for message in new] for name in _SENT},
    }


def _settled(result: sa.Result[Any]) -> Sequence[Appended]:
    rows = result.all()
    if not rows:
        raise NotFound("conversation")
    if not all(row.same for row in rows):
        raise IdTaken("message")
    return rows
