"""psycopg as it is used here: results in binary, and a transaction that begins with its statement.

Nobody waits for the answers to what opens a transaction (BEGIN, whose it is). So it is kept until
there is something to ask, and then goes to the server together with that: one round trip; with
COMMIT too, if nothing more is to be asked. Every way to ask is covered, for a connection that waits
for its opening is in autocommit mode.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Self
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import Format

from queries.errors import ForeignEngine


@dataclass(frozen=True, slots=True)
class Opening:
    """Statements with their parameters, whose results nobody reads; `alone`: COMMIT follows."""

    statements: Sequence[tuple[str, Sequence[Any]]]
    alone: bool = False


_openings: WeakKeyDictionary[object, Opening] = WeakKeyDictionary()


def open_with(connection: Any, opening: Opening) -> None:
    """Send this with the next statement of a psycopg connection in autocommit mode.

    Raises ForeignEngine if its cursors are not those of this file, which would not send them.
    """
    if connection.cursor_factory not in (Cursor, AsyncCursor):
        raise ForeignEngine
    _openings[connection] = opening


def forget(connection: object) -> None:
    """Nothing was asked: the pool's next transaction is not opened like this one."""
    _openings.pop(connection, None)


def install(connection: Any) -> None:
    """Stream by a cursor of ours, too: psycopg takes its class from the connection."""
    asynchronous = isinstance(connection, psycopg.AsyncConnection)
    connection.server_cursor_factory = AsyncServerCursor if asynchronous else ServerCursor


@contextmanager
def _opened(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """What is executed within it goes with the opening, if there is one."""
    if (opening := _openings.pop(connection, None)) is None:
        yield
        return
    try:
        with connection.pipeline():
            aside = psycopg.Cursor(connection)
            for statement, values in opening.statements:
                aside.execute(statement, values)
            yield
            if opening.alone:
                aside.execute("COMMIT")
    except psycopg.errors.PipelineAborted as aborted:  # what comes after an error
        raise aborted.__context__ or aborted from None


@asynccontextmanager
async def _async_opened(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[None]:
    if (opening := _openings.pop(connection, None)) is None:
        yield
        return
    try:
        async with connection.pipeline():
            aside = psycopg.AsyncCursor(connection)
            for statement, values in opening.statements:
                await aside.execute(statement, values)
            yield
            if opening.alone:
                await aside.execute("COMMIT")
    except psycopg.errors.PipelineAborted as aborted:
        raise aborted.__context__ or aborted from None


class Cursor(psycopg.Cursor[Any]):
    """Nothing to parse of a uuid or a time. What cannot go with the opening goes after it."""

    def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = Format.BINARY

    def execute(self, *arguments: Any, **options: Any) -> Self:
        if self.connection not in _openings:  # as good as always
            return super().execute(*arguments, **options)
        with _opened(self.connection):
            return super().execute(*arguments, **options)

    def executemany(self, *arguments: Any, **options: Any) -> None:
        with _opened(self.connection):
            pass
        super().executemany(*arguments, **options)

    def stream(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        with _opened(self.connection):
            pass
        yield from super().stream(*arguments, **options)

    @contextmanager
    def copy(self, *arguments: Any, **options: Any) -> Iterator[psycopg.Copy]:
        with _opened(self.connection):
            pass
        with super().copy(*arguments, **options) as copy:
            yield copy


class ServerCursor(psycopg.ServerCursor[Any]):
    """Of a result that is streamed."""

    def execute(self, *arguments: Any, **options: Any) -> Self:
        with _opened(self.connection):
            pass
        return super().execute(*arguments, binary=True, **options)


class AsyncCursor(psycopg.AsyncCursor[Any]):
    """As `Cursor`."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = Format.BINARY

    async def execute(self, *arguments: Any, **options: Any) -> Self:
        if self.connection not in _openings:
            return await super().execute(*arguments, **options)
        async with _async_opened(self.connection):
            return await super().execute(*arguments, **options)

    async def executemany(self, *arguments: Any, **options: Any) -> None:
        async with _async_opened(self.connection):
            pass
        await super().executemany(*arguments, **options)

    async def stream(self, *arguments: Any, **options: Any) -> AsyncIterator[Any]:
        async with _async_opened(self.connection):
            pass
        async for row in super().stream(*arguments, **options):
            yield row

    @asynccontextmanager
    async def copy(self, *arguments: Any, **options: Any) -> AsyncIterator[psycopg.AsyncCopy]:
        async with _async_opened(self.connection):
            pass
        async with super().copy(*arguments, **options) as copy:
            yield copy


class AsyncServerCursor(psycopg.AsyncServerCursor[Any]):
    """As `ServerCursor`."""

    async def execute(self, *arguments: Any, **options: Any) -> Self:
        async with _async_opened(self.connection):
            pass
        return await super().execute(*arguments, binary=True, **options)
