"""What was said in a conversation: pages of it, all of it, and something new.

Messages of a conversation have strictly ascending times. Appending locks the conversation, takes a
time later than its last one and leaves it there, so what is appended later sorts later, and is seen
later: whoever reads on from the newest message that he has seen misses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from models import Conversation, Message, Role
from queries import cursors, pages
from queries.appending import Appended, append, append_all
from queries.errors import NotFound
from queries.pages import LIMIT
from queries.query import Listing, Query, listing

__all__ = [
    "Appended",
    "MessagePage",
    "MessageRow",
    "append",
    "append_all",
    "count",
    "history",
    "last",
    "latest",
    "newer",
    "older",
]

DEFAULT = 50
MOST = 200


class MessageRow(Protocol):
    """One message as it is read."""

    id: UUID
    role: Role
    content: str
    tool_calls: list[dict[str, Any]] | None
    agent_name: str | None
    agent_icon: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages in the order in which they were said.

    `older` is the cursor to what was said before them, None at the beginning. `newer` is the cursor
    to what is said after them; ask it again for what is not said yet. None if nothing is there.
    """

    rows: Sequence[MessageRow]
    older: str | None
    newer: str | None


_COLUMNS = (
    col(Message.id),
    col(Message.role),
    col(Message.content),
    col(Message.tool_calls),
    col(Message.agent_name),
    col(Message.agent_icon),
    col(Message.created_at),
)
_OWN = (
    col(Message.user_id) == sa.bindparam("user"),
    col(Message.conversation_id) == sa.bindparam("conversation"),
)
_ORDER = (col(Message.created_at), col(Message.id))
_KEY = sa.tuple_(*_ORDER)

_HISTORY = sa.select(*_COLUMNS).where(*_OWN).order_by(*_ORDER)
_NEWER = _HISTORY.where(pages.after_key(sa.Uuid) < _KEY).limit(LIMIT)
LATEST = (
    sa.select(*_COLUMNS).where(*_OWN).order_by(*(column.desc() for column in _ORDER)).limit(LIMIT)
)
_OLDER = LATEST.where(pages.after_key(sa.Uuid) > _KEY)
_COUNT = sa.select(sa.func.count()).select_from(Message).where(*_OWN)
_EXISTS = sa.select(col(Conversation.id)).where(
    col(Conversation.user_id) == sa.bindparam("user"),
    col(Conversation.id) == sa.bindparam("conversation"),
)


def latest(user_id: str, conversation_id: UUID, *, limit: int = DEFAULT) -> Query[MessagePage]:
    """The newest messages: 50, at most 200. Raises NotFound."""
    limit = pages.clamp(limit, MOST)

    def read(result: sa.Result[Any]) -> MessagePage | None:
        rows = result.all()
        return page(rows, limit, user_id, conversation_id) if rows else None

    parameters = {"conversation": conversation_id, "limit": limit + 1}
    empty = _if_it_exists(user_id, conversation_id, MessagePage([], None, None))
    return Query(user_id, LATEST, parameters, read, empty)


def older(
    user_id: str, conversation_id: UUID, cursor: str, *, limit: int = DEFAULT
) -> Query[MessagePage]:
    """The page before a page, by its `older`. Raises InvalidCursor."""
    limit = pages.clamp(limit, MOST)

    def read(result: sa.Result[Any]) -> MessagePage:
        return page(result.all(), limit, user_id, conversation_id, newer=cursor)

    parameters = _beside(user_id, conversation_id, cursor) | {"limit": limit + 1}
    return Query(user_id, _OLDER, parameters, read)


def newer(
    user_id: str, conversation_id: UUID, cursor: str, *, limit: int = DEFAULT
) -> Query[MessagePage]:
    """The page after a page, by its `newer`; without rows when there is none yet.

    Raises InvalidCursor.
    """

    def read(result: sa.Result[Any]) -> MessagePage:
        rows = result.all()
        if not rows:
            return MessagePage([], cursor, cursor)
        return MessagePage(
            rows,
            _cursor(rows[0], user_id, conversation_id),
            _cursor(rows[-1], user_id, conversation_id),
        )

    parameters = _beside(user_id, conversation_id, cursor) | {"limit": pages.clamp(limit, MOST)}
    return Query(user_id, _NEWER, parameters, read)


def history(user_id: str, conversation_id: UUID) -> Listing[MessageRow]:
    """Everything that was said, to be run or streamed; nothing for an unknown conversation."""
    return listing(user_id, _HISTORY, {"conversation": conversation_id})


def last(user_id: str, conversation_id: UUID) -> Query[MessageRow | None]:
    """The newest message, or None. Raises NotFound."""
    parameters = {"conversation": conversation_id, "limit": 1}
    nothing = _if_it_exists(user_id, conversation_id, None)
    return Query(user_id, LATEST, parameters, sa.Result.first, nothing)


def count(user_id: str, conversation_id: UUID) -> Query[int]:
    """How many there are. Raises NotFound."""
    none = _if_it_exists(user_id, conversation_id, 0)
    parameters = {"conversation": conversation_id}
    return Query(user_id, _COUNT, parameters, lambda result: result.scalar_one() or None, none)


def page(
    newest_first: Sequence[Any],
    limit: int,
    user_id: str,
    conversation_id: UUID,
    newer: str | None = None,
) -> MessagePage:
    """At most `limit` of the rows in the order of time; one beyond says that there are older."""
    rows = newest_first[:limit][::-1]
    scope = user_id, conversation_id
    return MessagePage(
        rows,
        _cursor(rows[0], *scope) if len(newest_first) > limit else None,
        _cursor(rows[-1], *scope) if rows else newer,
    )


def _cursor(row: Any, user_id: str, conversation_id: UUID) -> str:
    return cursors.encode((row.created_at, row.id), "messages", user_id, conversation_id)


def _beside(user_id: str, conversation_id: UUID, cursor: str) -> dict[str, Any]:
    at, after = cursors.decode(cursor, "messages", user_id, conversation_id)
    return {"conversation": conversation_id, "at": at, "after": after}


def _if_it_exists(user_id: str, conversation_id: UUID, value: Any) -> Query[Any]:
    """Asked where no message was found: the value, unless there is no such conversation."""

    def read(result: sa.Result[Any]) -> Any:
        if result.first() is None:
            raise NotFound("conversation")
        return value

    return Query(user_id, _EXISTS, {"conversation": conversation_id}, read)
