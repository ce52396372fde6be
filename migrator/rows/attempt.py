"""A statement that may fail, without harm to the transaction that it may be in."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
from psycopg.pq import TransactionStatus


@contextmanager
def attempt(connection: psycopg.Connection) -> Iterator[None]:
    """Go back to here when it fails: by a savepoint where a transaction is open."""
    idle = connection.info.transaction_status == TransactionStatus.IDLE
    with nullcontext() if idle else connection.transaction():
        yield
