"""The session that is watched, whatever driver it belongs to."""

from collections.abc import Callable
from typing import Protocol

import psycopg
from psycopg.pq import TransactionStatus

from migrator.catalog import Catalog
from migrator.catalog.reading import read_raw
from migrator.review.observed import Failure
from migrator.review.words import failure


class Backend(Protocol):
    """What an observer asks of the watched session between two of its statements."""

    pid: int

    def ask(self, query: str) -> str:
        """The only column of the only row of a query, a text."""

    def command(self, text: str) -> None:
        """Run a statement of our own."""

    def catalog(self) -> Catalog:
        """The schema as this session sees it now."""


class Plain:
    """A psycopg connection in autocommit: transactions are begun and ended in SQL."""

    def __init__(self, raw: psycopg.Connection) -> None:
        self.raw = raw
        self.pid = raw.info.backend_pid
        self.notices: list[tuple[str, str]] = []
        raw.add_notice_handler(self._note)

    def ask(self, query: str) -> str:
        row = self.raw.execute(query.encode(), prepare=False).fetchone()
        if row is None:
            raise LookupError("a query of one row has returned none")
        return str(row[0])

    def command(self, text: str) -> None:
        self.raw.execute(text.encode(), prepare=False)

    def catalog(self) -> Catalog:
        return read_raw(self.raw)

    def attempt(self, text: str, run: Callable[[str], object] | None = None) -> Failure | None:
        """Run a statement of the migration and return how it failed, None when it did not."""
        try:
            (run or self.command)(text)
        except psycopg.Error as error:
            return failure(error)
        return None

    @property
    def status(self) -> TransactionStatus:
        return self.raw.info.transaction_status

    @property
    def in_transaction(self) -> bool:
        return self.status != TransactionStatus.IDLE

    def take_notices(self) -> tuple[tuple[str, str], ...]:
        """What the server has said since the last time."""
        said, self.notices = tuple(self.notices), []
        return said

    def _note(self, notice: psycopg.errors.Diagnostic) -> None:
        self.notices.append((notice.sqlstate or "", notice.message_primary or ""))
