"""What is measured: operations of a chat store, each by whoever offers it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from migrator.project import EMBEDDED_ROLE
from models import MessageCreate

OPERATIONS = {
    "latest": "latest 50 messages",
    "objects": "latest 50 as model objects",
    "page": "50 messages from 500 back",
    "history": "history of 1000",
    "conversations": "list of 100 conversations",
    "tasks": "list of 100 tasks",
    "append": "append one message",
}
"""By name: what the tables call it."""

LIMIT = "limit"


@dataclass(frozen=True)
class Turn:
    """What an operation is asked for this time."""

    conversation: UUID
    """One that is only read, or for `append` one that is only written."""
    message: MessageCreate


Operation = Callable[[Turn], Any]
"""Returns the rows, or an awaitable of them."""


@dataclass(frozen=True)
class Contender:
    """Somebody who offers some of the OPERATIONS."""

    name: str
    operations: dict[str, Operation]
    close: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Place:
    """Where a contender finds the database: a socket, or the port of a wire."""

    socket: Path
    port: int
    database: str
    wire: int | None = None

    def url(self, driver: str = "psycopg", user: str = EMBEDDED_ROLE) -> str:
        """An address for SQLAlchemy."""
        if self.wire is not None:
            return f"postgresql+{driver}://{user}:none@127.0.0.1:{self.wire}/{self.database}"
        host = quote(str(self.socket))
        return f"postgresql+{driver}://{user}@/{self.database}?host={host}&port={self.port}"

    def conninfo(self, user: str = EMBEDDED_ROLE) -> str:
        """The same for libpq."""
        return self.url(user=user).replace("+psycopg", "", 1)
