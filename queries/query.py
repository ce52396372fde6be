"""A query: one statement with its parameters, and how its result becomes a value.

Everything in queries/ is built as one and executed by `run`, on a sync or an async session alike.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import col

from models import Conversation, Message, Task, User
from queries import errors
from queries.translation import translated

T = TypeVar("T")
R = TypeVar("R")

OWNERS = {
    Conversation: col(Conversation.user_id),
    Message: col(Message.user_id),
    Task: col(Task.user_id),
    User: col(User.id),
}
"""Where each table says whose row it is."""

# Rows of a streamed result that are held at a time.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """What to ask on behalf of `user_id`; None is a job across users.

    The statement is made once and kept, with parameters for what changes: its SQL is written when
    it is first asked (so no `in_`, which is other SQL for each length, but `= ANY`). `read` makes
    the value of the result, or None: then `otherwise` is asked, if there is one. A parameter is
    never called like a column: SQLAlchemy would write it into that column.
    """

    user_id: str | None
    statement: sa.Executable
    parameters: Mapping[str, Any]
    read: Callable[[sa.Result[Any]], T | None]
    otherwise: "Query[T] | None" = None


@dataclass(frozen=True, slots=True)
class Listing(Query[Sequence[R]], Generic[R]):
    """A query whose value is every row as it comes, so that it can be streamed as well."""


def listing(user_id: str | None, statement: sa.Executable, parameters: Any) -> Listing[Any]:
    return Listing(user_id, statement, parameters, lambda result: result.all())


@overload
def run(session: Session | sa.Connection, query: Query[T]) -> T: ...
@overload
def run(session: AsyncSession | AsyncConnection, query: Query[T]) -> Coroutine[Any, Any, T]: ...
def run(
    session: Session | sa.Connection | AsyncSession | AsyncConnection, query: Query[T]
) -> T | Coroutine[Any, Any, T]:
    """Execute a query and return its value; on an async session, await it.

    Raises one of queries.errors; the transaction is then to be rolled back, as `user_session` does.
    """
    if isinstance(session, AsyncSession | AsyncConnection):
        return session.run_sync(_run, query)
    return _run(session, query)


def _run(session: Session | sa.Connection, query: Query[T]) -> T:
    value = answer(session, query)
    if value is None and query.otherwise:
        return _run(session, query.otherwise)
    return value  # type: ignore[return-value]  # None is a value where nothing else is asked


def answer(session: Session | sa.Connection, query: Query[T]) -> T | None:
    """What `run` gets out of the query's first statement."""
    statement, parameters = _prepared(session, query)
    connection = session.connection() if isinstance(session, Session) else session
    with translated():
        if (text := _texts.get(statement)) is None:
            text = _texts[statement] = Text(statement, connection.dialect)
        return query.read(connection.exec_driver_sql(text.sql, text.values(parameters)))


@overload
def stream(session: Session | sa.Connection, query: Listing[R]) -> Iterator[R]: ...
@overload
def stream(session: AsyncSession | AsyncConnection, query: Listing[R]) -> AsyncIterator[R]: ...
def stream(
    session: Session | sa.Connection | AsyncSession | AsyncConnection, query: Listing[R]
) -> Iterator[R] | AsyncIterator[R]:
    """The rows one by one, by a cursor of the server: a few hundred are in memory at a time."""
    if isinstance(session, AsyncSession | AsyncConnection):
        return _stream_async(session, query)
    return _stream(session, query)


def _stream(session: Session | sa.Connection, query: Listing[R]) -> Iterator[R]:
    statement, parameters = _prepared(session, query)
    connection = session.connection() if isinstance(session, Session) else session
    with (
        translated(),
        connection.execute(
            statement, parameters, execution_options={"yield_per": _BATCH}
        ) as result,
    ):
        yield from result  # type: ignore[misc]  # rows, which have the attributes of R


async def _stream_async(
    session: AsyncSession | AsyncConnection, query: Listing[R]
) -> AsyncIterator[R]:
    if isinstance(session, AsyncSession):
        statement, parameters = _prepared(session.sync_session, query)
        connection = await session.connection()
    else:
        statement, parameters = _prepared(session, query)
        connection = session
    with translated():
        result = await connection.stream(
            statement, parameters, execution_options={"yield_per": _BATCH}
        )
        try:
            async for row in result:
                yield row  # type: ignore[misc]
        finally:
            await result.close()


def criteria(user_id: Any) -> tuple[ORMOption, ...]:
    """Options of a statement: of every model that it touches, only rows of `user_id`."""
    return tuple(
        with_loader_criteria(model, owner == user_id, include_aliases=True)
        for model, owner in OWNERS.items()
    )


class Text:
    """A statement as the driver takes it, so that SQLAlchemy looks at it once and not each time.

    The driver makes the values of a row as they are to be; what it cannot take has a processor.
    """

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql: str = str(compiled)
        self._constants = compiled.construct_params(_check=False)
        self._processors = {
            name: process
            for name, bind in compiled.binds.items()
            if (process := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }

    def values(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        values = {**self._constants, **parameters}
        for name, process in self._processors.items():
            values[name] = process(values[name])
        return values


_texts: WeakKeyDictionary[sa.Executable, Text] = WeakKeyDictionary()

_CRITERIA = criteria(sa.bindparam("session_user"))
_guarded: WeakKeyDictionary[sa.Executable, sa.Executable] = WeakKeyDictionary()


def _prepared(session: object, query: Query[Any]) -> tuple[sa.Executable, dict[str, Any]]:
    """The statement once more limited to the user, whom the session knows if it is one of ours.

    The statements of queries/ have the condition themselves. This one is for the day when somebody
    forgets it: PostgreSQL sees two equal conditions and plans with one.
    """
    acting = session.info.get("user_id") if isinstance(session, Session) else None
    if acting and query.user_id and acting != query.user_id:
        raise errors.OtherUser()
    parameters = {"user": query.user_id, **query.parameters}
    user_id = acting or query.user_id
    if user_id is None or isinstance(query.statement, sa.Insert):
        return query.statement, parameters
    errors.check_user(user_id)
    statement = _guarded.get(query.statement)
    if statement is None:
        statement = _guarded[query.statement] = query.statement.options(*_CRITERIA)
    parameters["session_user"] = user_id
    return statement, parameters
