"""PostgreSQL's words, without the values of rows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from migrator import errors
from migrator.review.observed import Failure

_VALUE = re.compile(r'(: |= )".*"', re.DOTALL)


def failure(error: psycopg.Error) -> Failure:
    """What the server said about a statement that failed."""
    message = error.diag.message_primary or str(error).partition("\n")[0]
    return Failure(error.sqlstate or "", without_values(error.sqlstate or "", message))


def without_values(sqlstate: str, message: str) -> str:
    """Class 22, data exception, quotes the value that it could not read."""
    return _VALUE.sub(r'\1"…"', message) if sqlstate.startswith("22") else message


@contextmanager
def told() -> Iterator[None]:
    """A rehearsal's own trouble with its server ends as a MigratorError."""
    try:
        yield
    except psycopg.Error as error:
        raise errors.rehearsal_stopped(error.diag.message_primary or str(error)) from error
