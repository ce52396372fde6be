"""Somebody who has something of everything, and every query that can be asked about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models import ConversationCreate, MessageCreate, TaskCreate, TaskUpdate
from queries import Query, accounts, conversations, cursors, messages, run, tasks, user_session

SECRET = "the secret of ada"
"""Stands in every text that is hers."""

MODULES: tuple[ModuleType, ...] = (accounts, conversations, messages, tasks)


@dataclass(frozen=True)
class Things:
    """What `fill` has made."""

    user_id: str
    conversation_id: UUID
    message: MessageCreate
    """The first of the messages, as it was sent."""
    messages: int
    task_id: int
    seen: datetime
    """updated_at of the task."""


def fill(engine: sa.Engine, user_id: str, number: int = 3) -> Things:
    conversation = ConversationCreate(title=SECRET)
    said = [MessageCreate(role="user", content=f"{SECRET} {one}") for one in range(number)]
    due = datetime.now(UTC) - timedelta(hours=1)
    task = TaskCreate(title=SECRET, description=SECRET, tags=[SECRET], due_date=due)
    with user_session(user_id, engine) as session:
        run(session, conversations.create(user_id, conversation))
        run(session, messages.append_all(user_id, conversation.id, said))
        made = run(session, tasks.create(user_id, task))
    return Things(user_id, conversation.id, said[0], number, made.id, seen=made.updated_at)


def _cursor(user_id: str, things: Things, at: datetime) -> str:
    """What an attacker can make for himself, since a cursor is no secret."""
    return cursors.encode((at, UUID(int=0)), "messages", user_id, things.conversation_id)


_PAST, _FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _new() -> MessageCreate:
    return MessageCreate(role="user", content="new")


Asked = Callable[[str, Things], Query[Any]]

EVERY: dict[str, Asked] = {
    "accounts.count": lambda user, _: accounts.count(user),
    "accounts.delete": lambda user, _: accounts.delete(user),
    "accounts.export": lambda user, _: accounts.export(user),
    "conversations.create": lambda user, its: conversations.create(
        user, ConversationCreate(id=its.conversation_id, title="new")
    ),
    "conversations.delete": lambda user, its: conversations.delete(user, its.conversation_id),
    "conversations.one": lambda user, its: conversations.one(user, its.conversation_id),
    "conversations.opened": lambda user, its: conversations.opened(user, its.conversation_id),
    "conversations.recent": lambda user, _: conversations.recent(user),
    "conversations.rename": lambda user, its: conversations.rename(
        user, its.conversation_id, "new"
    ),
    "messages.append": lambda user, its: messages.append(user, its.conversation_id, _new()),
    "messages.append_all": lambda user, its: messages.append_all(
        user, its.conversation_id, [its.message, _new()]
    ),
    "messages.count": lambda user, its: messages.count(user, its.conversation_id),
    "messages.history": lambda user, its: messages.history(user, its.conversation_id),
    "messages.last": lambda user, its: messages.last(user, its.conversation_id),
    "messages.latest": lambda user, its: messages.latest(user, its.conversation_id),
    "messages.newer": lambda user, its: messages.newer(
        user, its.conversation_id, _cursor(user, its, _PAST)
    ),
    "messages.older": lambda user, its: messages.older(
        user, its.conversation_id, _cursor(user, its, _FUTURE)
    ),
    "tasks.by_completion": lambda user, _: tasks.by_completion(user, False),
    "tasks.complete": lambda user, its: tasks.complete(user, its.task_id),
    "tasks.create": lambda user, _: tasks.create(user, TaskCreate(title="new")),
    "tasks.delete": lambda user, its: tasks.delete(user, its.task_id),
    "tasks.due_before": lambda user, _: tasks.due_before(user, _FUTURE),
    "tasks.listed": lambda user, _: tasks.listed(user),
    "tasks.one": lambda user, its: tasks.one(user, its.task_id),
    "tasks.overdue": lambda user, _: tasks.overdue(user),
    "tasks.titled": lambda user, _: tasks.titled(user, SECRET[:3]),
    "tasks.update": lambda user, its: tasks.update(
        user, its.task_id, TaskUpdate(title="new"), seen=its.seen
    ),
    "tasks.with_all_tags": lambda user, _: tasks.with_all_tags(user, [SECRET]),
    "tasks.with_any_tag": lambda user, _: tasks.with_any_tag(user, [SECRET]),
}
"""By the name of the function: a query of somebody for these things, whosever they are."""


def statements(query: Query[Any] | None) -> Iterator[sa.Executable]:
    """Its statement, and those that are executed if that one finds nothing."""
    while query:
        yield query.statement
        query = query.otherwise
