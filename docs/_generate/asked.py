"""Every public function of queries/ that asks the database: found by looking, not from a list.

Each is called once, with arguments by their names. A function that takes something new fails here
until it is said what it takes, so none is left out of the pages and of the tests.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, get_origin, get_type_hints
from uuid import UUID

import sqlalchemy as sa

import queries
from models import ConversationCreate, MessageCreate, TaskCreate, TaskUpdate
from queries import Query, cursors, run
from queries.query import Listing

_MACHINERY = {"query", "session"}
"""Modules that run queries and have none of their own."""


@dataclass(frozen=True)
class Subject:
    """Whose rows are asked for, and which."""

    user_id: str
    conversation_id: UUID
    task_id: int
    seen: datetime
    """updated_at of the task."""
    at: datetime
    """A time within the conversation."""
    now: datetime


@dataclass(frozen=True)
class Sent:
    """A statement as it goes to the driver."""

    text: str
    parameters: Any


def functions() -> dict[str, Callable[..., Any]]:
    """By the name that an application calls it by, such as "messages.append"."""
    found: dict[Callable[..., Any], str] = {}
    names = [one.name for one in pkgutil.iter_modules(queries.__path__)]
    modules = [import_module(f"queries.{name}") for name in names if name not in _MACHINERY]
    # What a module lists in __all__ is called by that module's name, wherever it is defined.
    for module in sorted(modules, key=lambda one: not hasattr(one, "__all__")):
        for name, value in vars(module).items():
            if _belongs(name, value, module) and _asks(value):
                found.setdefault(value, f"{module.__name__.partition('.')[2]}.{name}")
    return {name: function for function, name in sorted(found.items(), key=lambda one: one[1])}


def _belongs(name: str, value: Any, module: Any) -> bool:
    if not inspect.isfunction(value) or name.startswith("_"):
        return False
    return name in getattr(module, "__all__", ()) or value.__module__ == module.__name__


def _asks(function: Callable[..., Any]) -> bool:
    """Whether it builds a query, or executes something on an engine that it is given."""
    hints = get_type_hints(function)
    return get_origin(hints.get("return")) in (Query, Listing) or "bind" in hints


def sent(engine: sa.Engine, function: Callable[..., Any], subject: Subject) -> list[Sent]:
    """The statements of a function: its first, and those that are for when it finds nothing.

    None of them is executed. Raises KeyError for a parameter that `_arguments` does not know.
    """
    arguments = _arguments(function, subject)
    if "bind" in inspect.signature(function).parameters:
        with _stopped(engine) as noted:
            function(**arguments, bind=engine)
        return noted
    return [one for query in _chain(function(**arguments)) for one in _of(engine, query)]


def _chain(query: Query[Any] | None) -> Iterator[Query[Any]]:
    while query:
        yield query
        query = query.otherwise


def _of(engine: sa.Engine, query: Query[Any]) -> list[Sent]:
    with _stopped(engine) as noted, engine.connect() as connection:
        run(connection, query)
    return noted


class _Stop(Exception):
    """Raised instead of sending a statement."""


@contextmanager
def _stopped(engine: sa.Engine) -> Iterator[list[Sent]]:
    noted: list[Sent] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
        noted.append(Sent(text, values))
        raise _Stop

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield noted
    except _Stop:
        pass
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _arguments(function: Callable[..., Any], subject: Subject) -> dict[str, Any]:
    """A value for each parameter that has no default."""
    hints = get_type_hints(function)
    return {
        name: _new(hints[name]) if name == "new" else _values(subject)[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty
    }


def _values(subject: Subject) -> dict[str, Any]:
    scope = "messages", subject.user_id, subject.conversation_id
    return {
        "user_id": subject.user_id,
        "conversation_id": subject.conversation_id,
        "task_id": subject.task_id,
        "cursor": cursors.encode((subject.at, UUID(int=0)), *scope),
        "completed": False,
        "title": "new",
        "prefix": "task",
        "tags": ["rare"],
        "before": subject.now + timedelta(days=7),
        "since": subject.now,
        "until": subject.now + timedelta(days=1),
        "older_than": subject.now - timedelta(days=190),
        "seen": subject.seen,
        "changes": TaskUpdate(title="new"),
    }


def _new(hint: Any) -> Any:
    # With ids of their own, so that what is written down is the same each time.
    one, two, three = (UUID(int=2**32 + number) for number in range(3))
    several = [
        MessageCreate(id=two, role="user", content="new"),
        MessageCreate(id=three, role="assistant", content="old"),
    ]
    return {
        ConversationCreate: ConversationCreate(id=one, title="new"),
        TaskCreate: TaskCreate(title="new"),
        MessageCreate: MessageCreate(id=one, role="user", content="new"),
        Sequence[MessageCreate]: several,
    }[hint]
