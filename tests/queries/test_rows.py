"""A row is SQLAlchemy's own, for speed; its type is a promise that is kept here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter

from queries import accounts, conversations, job_session, messages, reminders, run, tasks
from tests.queries.conftest import Ask
from tests.queries.things import EVERY, Things

ROWS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "accounts.export": (accounts.Line, lambda value: value[0]),
    "conversations.create": (conversations.ConversationRow, lambda value: value),
    "conversations.one": (conversations.ConversationRow, lambda value: value),
    "conversations.opened": (messages.MessageRow, lambda value: value.messages.rows[0]),
    "conversations.recent": (conversations.ConversationRow, lambda value: value.rows[0]),
    "conversations.rename": (conversations.ConversationRow, lambda value: value),
    "messages.append": (messages.Appended, lambda value: value),
    "messages.history": (messages.MessageRow, lambda value: value[0]),
    "messages.last": (messages.MessageRow, lambda value: value),
    "messages.latest": (messages.MessageRow, lambda value: value.rows[0]),
    "messages.newer": (messages.MessageRow, lambda value: value.rows[0]),
    "messages.older": (messages.MessageRow, lambda value: value.rows[0]),
    "tasks.complete": (tasks.TaskRow, lambda value: value),
    "tasks.create": (tasks.TaskRow, lambda value: value),
    "tasks.listed": (tasks.TaskRow, lambda value: value.rows[0]),
    "tasks.one": (tasks.TaskRow, lambda value: value),
    "tasks.update": (tasks.TaskRow, lambda value: value),
}


def keeps(row: Any, promise: type) -> None:
    for name, hint in get_type_hints(promise).items():
        TypeAdapter(hint).validate_python(getattr(row, name), strict=True)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_what_its_type_says(name: str, ask: Ask, things: Things) -> None:
    promise, row_of = ROWS[name]
    keeps(row_of(ask(things.user_id, EVERY[name](things.user_id, things))), promise)


def test_the_head_of_an_opened_conversation_too(ask: Ask, things: Things) -> None:
    opened = ask(things.user_id, conversations.opened(things.user_id, things.conversation_id))
    keeps(opened.conversation, conversations.ConversationRow)


def test_what_is_due_too(engines: dict[str, sa.Engine], things: Things) -> None:
    due = reminders.due(things.seen - timedelta(hours=2), things.seen)
    with job_session(engines["app_maintenance"]) as session:
        keeps(run(session, due).rows[0], reminders.DueTask)
