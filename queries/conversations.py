"""A user's conversations: the recent ones, one with its newest messages, and their whole life."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col

from models import Conversation, ConversationCreate
from queries import cursors, errors, messages, pages
from queries.errors import NotFound
from queries.messages import MessagePage
from queries.pages import LIMIT, Page
from queries.query import Query
from queries.times import later

DEFAULT = 10
MOST = 100


class ConversationRow(Protocol):
    """One row of a list."""

    id: UUID
    title: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """A conversation with the newest page of its messages."""

    conversation: ConversationRow
    messages: MessagePage


_COLUMNS = (
    col(Conversation.id),
    col(Conversation.title),
    col(Conversation.created_at),
    col(Conversation.updated_at),
)
_OWN = col(Conversation.user_id) == sa.bindparam("user")
_ONE = (_OWN, col(Conversation.id) == sa.bindparam("conversation"))
_ORDER = (col(Conversation.updated_at), col(Conversation.id))

_RECENT = (
    sa.select(*_COLUMNS).where(_OWN).order_by(*(column.desc() for column in _ORDER)).limit(LIMIT)
)
_RECENT_AFTER = _RECENT.where(sa.tuple_(*_ORDER) < pages.after_key(sa.Uuid))


def recent(
    user_id: str, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[ConversationRow]]:
    """The latest active first: 10, at most 100; `cursor` is `next` of the page before.

    Raises InvalidCursor. A conversation that becomes active meanwhile moves to the first page.
    """
    limit = pages.clamp(limit, MOST)
    scope = ("conversations", user_id)
    parameters: dict[str, Any] = {"limit": limit + 1}
    if cursor:
        parameters["at"], parameters["after"] = cursors.decode(cursor, *scope)

    def read(result: sa.Result[Any]) -> Page[ConversationRow]:
        return pages.page(result.all(), limit, lambda row: (row.updated_at, row.id), *scope)

    return Query(user_id, _RECENT_AFTER if cursor else _RECENT, parameters, read)


_SELECT = sa.select(*_COLUMNS).where(*_ONE)


def one(user_id: str, conversation_id: UUID) -> Query[ConversationRow]:
    """Raises NotFound."""
    return Query(user_id, _SELECT, {"conversation": conversation_id}, _found)


_NEWEST = messages.LATEST.lateral("newest")
_OPENED: sa.Select[*tuple[Any, ...]] = (
    sa.select(*_NEWEST.columns, *(column.label(None) for column in _COLUMNS))
    .select_from(Conversation)
    .outerjoin(_NEWEST, sa.true())
    .where(*_ONE)
    .order_by(_NEWEST.c.created_at.desc(), _NEWEST.c.id.desc())
)


def opened(
    user_id: str, conversation_id: UUID, *, limit: int = messages.DEFAULT
) -> Query[OpenedConversation]:
    """One conversation with its newest messages, in one statement. Raises NotFound."""
    limit = pages.clamp(limit, messages.MOST)

    def read(result: sa.Result[Any]) -> OpenedConversation:
        rows = result.all()
        if not rows:
            raise NotFound("conversation")
        said = [row for row in rows if row.id is not None]  # one row of NULLs where nothing is said
        newest = messages.page(said, limit, user_id, conversation_id)
        return OpenedConversation(_Head(*rows[0][-len(_COLUMNS) :]), newest)

    parameters = {"conversation": conversation_id, "limit": limit + 1}
    return Query(user_id, _OPENED, parameters, read)


@dataclass
class _Head:
    """The conversation's part of a joined row, in the order of the columns."""

    id: UUID
    title: str | None
    created_at: datetime
    updated_at: datetime


_CREATE = (
    pg.insert(Conversation)
    .values(
        id=sa.bindparam("conversation"),
        user_id=sa.bindparam("user"),
        title=sa.bindparam("new_title"),
        created_at=sa.func.now(),
        updated_at=sa.func.now(),
    )
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(*_COLUMNS)
)


def create(user_id: str, new: ConversationCreate) -> Query[ConversationRow]:
    """A new conversation; sent again with the same id, the one that is there already.

    Raises UnknownUser, and IdTaken for an id of somebody else.
    """

    def existing(result: sa.Result[Any]) -> ConversationRow:
        if (row := result.first()) is None:
            raise errors.IdTaken("conversation")
        return row

    parameters = {"conversation": new.id, "new_title": new.title}
    otherwise = Query(user_id, _SELECT, parameters, existing)
    return Query(user_id, _CREATE, parameters, sa.Result.first, otherwise)


_RENAME = (
    sa.update(Conversation)
    .where(*_ONE)
    .values(title=sa.bindparam("new_title"), updated_at=later(Conversation.updated_at))
    .returning(*_COLUMNS)
)


def rename(user_id: str, conversation_id: UUID, title: str | None) -> Query[ConversationRow]:
    """Raises NotFound, TooLong and NotText."""
    if title is not None:
        errors.text("title", title)
    parameters = {"conversation": conversation_id, "new_title": title}
    return Query(user_id, _RENAME, parameters, _found)


_DELETE = sa.delete(Conversation).where(*_ONE).returning(col(Conversation.id))


def delete(user_id: str, conversation_id: UUID) -> Query[UUID]:
    """With all its messages; returns its id. Raises NotFound."""
    return Query(
        user_id, _DELETE, {"conversation": conversation_id}, lambda result: _found(result).id
    )


def _found(result: sa.Result[Any]) -> ConversationRow:
    if (row := result.first()) is None:
        raise NotFound("conversation")
    return row
