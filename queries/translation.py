"""PostgreSQL's errors as those of queries.errors.

PostgreSQL's own detail shows whole rows, so the original error is not chained to ours.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from models import metadata
from queries.errors import (
    IdTaken,
    Invalid,
    NotAllowed,
    NotFound,
    NotReady,
    NotText,
    QueryError,
    Retryable,
    TooLong,
    UnknownUser,
)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_RETRYABLE = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "25006",  # read_only_sql_transaction: the server has become a standby
    "25P03",  # idle_in_transaction_session_timeout
    "53300",  # too_many_connections
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "57P05",  # idle_session_timeout
}
# By SQLSTATE: the error that says what the server's own sentence, which names tables, is about.
_STATES: dict[str, Callable[[str], QueryError]] = {
    "42501": NotAllowed,
    "42P01": NotReady,  # undefined table
    "42703": NotReady,  # undefined column
    "42883": NotReady,  # undefined function
    # Longer than an index holds: of what we index only a user's id can be.
    "54000": lambda _: UnknownUser(),
    **dict.fromkeys(_RETRYABLE, Retryable),
}
_LIMITS = {
    column.name: column.type.length
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, sa.String) and column.type.length
}
_CONSTRAINTS: dict[str, Callable[[], QueryError]] = {
    "ck_messages_content_length": lambda: TooLong("content", 10_000),
    "ck_messages_role": lambda: Invalid("role"),
    "ck_tasks_title_not_empty": lambda: Invalid("title"),
    "fk_messages_user_id_conversation_id_conversations": lambda: NotFound("conversation"),
    "fk_conversations_user_id_user": UnknownUser,
    "fk_tasks_user_id_user": UnknownUser,
    "pk_conversations": lambda: IdTaken("conversation"),
    "pk_messages": lambda: IdTaken("message"),
}


@contextmanager
def translated() -> Iterator[None]:
    """Within it errors of the database are errors of this module, where there is one for them."""
    try:
        yield
    except (DBAPIError, psycopg.Error, sa.exc.TimeoutError) as error:
        typed = _typed(error)
        if typed is None:
            raise
        raise typed from None


def _typed(error: Exception) -> QueryError | None:
    if isinstance(error, sa.exc.TimeoutError):
        return Retryable("no connection of the pool became free")
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, psycopg.Error):
        return None
    said, state = original.diag, original.sqlstate or ""
    if constrained := _CONSTRAINTS.get(said.constraint_name or ""):
        return constrained()
    if known := _STATES.get(state):
        return known(said.message_primary or "")
    if state.startswith("08") or _is_lost(original):
        return Retryable("the connection was lost")
    return _invalid(original, error.params if isinstance(error, DBAPIError) else None)


def _is_lost(original: psycopg.Error) -> bool:
    return isinstance(original, psycopg.OperationalError) and original.sqlstate is None


def _invalid(original: psycopg.Error, parameters: object) -> Invalid | None:
    """What is wrong with a value. PostgreSQL does not say which one is too long: we look."""
    state = original.sqlstate
    if state == "22001":
        return TooLong(*_longest(parameters))
    if state == "23502":
        return Invalid(original.diag.column_name or "")
    if isinstance(original, psycopg.DataError) and not state:
        return NotText("text")
    return None


def _longest(parameters: object) -> tuple[str, int | None]:
    for name, value in parameters.items() if isinstance(parameters, Mapping) else ():
        column = re.sub(r"^new_|_m\d+$", "", str(name))
        limit = _LIMITS.get(column)
        if limit and isinstance(value, str) and len(value) > limit:
            return column, limit
    return "text", None
