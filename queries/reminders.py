"""The reminder job: what is due, across users. Run in `job_session` by a login of app_maintenance.

The only query without a user beside the purge: the policies of app_user show it nothing.
"""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from models import Task
from queries import cursors, pages
from queries.pages import LIMIT, Page
from queries.query import Query

DEFAULT = 500
MOST = 5000


class DueTask(Protocol):
    """What a reminder needs to know."""

    id: int
    user_id: str
    title: str
    due_date: datetime


_ORDER = (col(Task.due_date), col(Task.id))
_DUE = (
    sa.select(col(Task.id), col(Task.user_id), col(Task.title), col(Task.due_date))
    .where(
        col(Task.due_date) >= sa.bindparam("since"),
        col(Task.due_date) < sa.bindparam("until"),
        col(Task.completed) == sa.false(),
    )
    .order_by(*_ORDER)
    .limit(LIMIT)
)
_DUE_AFTER = _DUE.where(sa.tuple_(*_ORDER) > pages.after_key(sa.Integer))


def due(
    since: datetime, until: datetime, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[DueTask]]:
    """Open tasks of everybody that are due from `since` until before `until`, soonest first.

    500 a page, at most 5000. Raises InvalidCursor.
    """
    limit = pages.clamp(limit, MOST)
    parameters: dict[str, Any] = {"since": since, "until": until, "limit": limit + 1}
    if cursor:
        parameters["at"], unique = cursors.decode(cursor, "reminders")
        parameters["after"] = unique.int

    def read(result: sa.Result[Any]) -> Page[DueTask]:
        def key(row: Any) -> cursors.Key:
            return row.due_date, UUID(int=row.id)

        return pages.page(result.all(), limit, key, "reminders")

    return Query(None, _DUE_AFTER if cursor else _DUE, parameters, read)
