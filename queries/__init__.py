"""How the application uses the database: queries for one user, and the sessions to run them in."""

from queries import accounts, conversations, messages, tasks
from queries.query import Query, run, stream
from queries.readiness import ready
from queries.session import ask, async_ask, async_user_session, job_session, user_session

__all__ = [
    "Query",
    "accounts",
    "ask",
    "async_ask",
    "async_user_session",
    "conversations",
    "job_session",
    "messages",
    "ready",
    "run",
    "stream",
    "tasks",
    "user_session",
]
