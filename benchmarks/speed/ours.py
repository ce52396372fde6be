"""queries/, in the three ways to use it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from benchmarks.speed.contenders import Contender, Place, Turn
from benchmarks.speed.stage import HEAVY, LOGIN
from models import Message
from queries import Query, ask, conversations, messages, run, tasks, user_session
from queries.engines import make_engine
from queries.settings import Settings

PLAIN, ASK, SESSION = "queries, plain", "ask()", "user_session()"
"""As the owner in autocommit; as app_user under its policies, alone and in a transaction."""
OWNERS_SESSION = "user_session(), owner"
"""The same transaction without policies."""

# Made once, as a statement is to be: to build and hash it anew costs as much as to ask it.
_OBJECTS = (
    select(Message)
    .where(
        col(Message.user_id) == sa.bindparam("user"),
        col(Message.conversation_id) == sa.bindparam("conversation"),
    )
    .order_by(col(Message.created_at).desc(), col(Message.id).desc())
    .limit(50)
)

Opened = Callable[[], Any]
Asked = Callable[[Query[Any]], Any]


def contenders(place: Place) -> list[Contender]:
    """Engines as the application has them, on their second line a login as it has it."""
    owner = make_engine(Settings(database_url=place.url()))
    login = make_engine(Settings(database_url=place.url(user=LOGIN)))
    autocommit = owner.execution_options(isolation_level="AUTOCOMMIT")

    def plain(query: Query[Any]) -> Any:
        with autocommit.connect() as connection:
            return run(connection, query)

    def session(query: Query[Any]) -> Any:
        with user_session(HEAVY, login) as opened:
            return run(opened, query)

    def owners_session(query: Query[Any]) -> Any:
        with user_session(HEAVY, owner) as opened:
            return run(opened, query)

    @contextmanager
    def plain_session() -> Iterator[Session]:
        with Session(autocommit) as opened:
            yield opened

    return [
        _contender(PLAIN, plain, plain_session, owner.dispose),
        _contender(OWNERS_SESSION, owners_session, lambda: user_session(HEAVY, owner), _nothing),
        _contender(ASK, lambda query: ask(query, login), None, _nothing),
        _contender(SESSION, session, lambda: user_session(HEAVY, login), login.dispose),
    ]


def _nothing() -> None:
    """There is nothing to close: the engine is another one's."""


def _contender(
    name: str, asked: Asked, opened: Opened | None, close: Callable[[], object]
) -> Contender:
    @cache
    def before(conversation: UUID) -> str:
        """The cursor of the page that begins 500 messages back."""
        page = asked(messages.latest(HEAVY, conversation, limit=100))
        for _ in range(4):
            page = asked(messages.older(HEAVY, conversation, page.older, limit=100))
        return str(page.older)

    def objects(turn: Turn) -> Any:
        assert opened is not None  # noqa: S101  else it is not offered
        values = {"user": HEAVY, "conversation": turn.conversation}
        with opened() as session:
            return session.exec(_OBJECTS, params=values).all()

    operations: dict[str, Callable[[Turn], Any]] = {
        "latest": lambda turn: asked(messages.latest(HEAVY, turn.conversation)),
        "page": lambda turn: asked(
            messages.older(HEAVY, turn.conversation, before(turn.conversation))
        ),
        "history": lambda turn: asked(messages.history(HEAVY, turn.conversation)),
        "conversations": lambda _: asked(conversations.recent(HEAVY, limit=100)),
        "tasks": lambda _: asked(tasks.listed(HEAVY, limit=100)),
        "append": lambda turn: asked(messages.append(HEAVY, turn.conversation, turn.message)),
    }
    if opened is not None:
        operations["objects"] = objects
    return Contender(name, operations, close)
