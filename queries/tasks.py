"""A user's tasks: lists by what they are, and their whole life."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col

from models import Task, TaskCreate, TaskUpdate
from queries import cursors, errors, pages
from queries.errors import Changed, NotFound
from queries.pages import LIMIT, Page
from queries.query import Query
from queries.times import later

DEFAULT = 50
MOST = 200


class TaskRow(Protocol):
    """One task as it is read."""

    id: int
    title: str
    description: str | None
    completed: bool
    tags: list[str]
    due_date: datetime | None
    created_at: datetime
    updated_at: datetime


COLUMNS = (
    col(Task.id),
    col(Task.title),
    col(Task.description),
    col(Task.completed),
    col(Task.tags),
    col(Task.due_date),
    col(Task.created_at),
    col(Task.updated_at),
)
_OWN = col(Task.user_id) == sa.bindparam("user")
_ONE = (_OWN, col(Task.id) == sa.bindparam("task"))
_TAGS = sa.bindparam("any_tags", type_=pg.ARRAY(sa.Text))


class _List:
    """A list of tasks with its two statements: its first page, and the pages after a cursor.

    Newest first; a list by date has the soonest first.
    """

    def __init__(self, name: str, *conditions: Any, by_date: bool = False) -> None:
        self._name = name
        self._time = "due_date" if by_date else "created_at"
        columns = (col(getattr(Task, self._time)), col(Task.id))
        order = columns if by_date else tuple(column.desc() for column in columns)
        first = sa.select(*COLUMNS).where(_OWN, *conditions).order_by(*order).limit(LIMIT)
        key, place = sa.tuple_(*columns), pages.after_key(sa.Integer)
        self._statements = first, first.where(key > place if by_date else key < place)

    def query(
        self, user_id: str, limit: int, cursor: str | None, **parameters: Any
    ) -> Query[Page[TaskRow]]:
        """Raises InvalidCursor."""
        limit = pages.clamp(limit, MOST)
        scope = (self._name, user_id)
        if cursor:
            parameters["at"], unique = cursors.decode(cursor, *scope)
            parameters["after"] = unique.int

        def key(row: Any) -> cursors.Key:
            return getattr(row, self._time), UUID(int=row.id)

        return Query(
            user_id,
            self._statements[bool(cursor)],
            {"limit": limit + 1, **parameters},
            lambda result: pages.page(result.all(), limit, key, *scope),
        )


_ALL = _List("tasks")
_BY_COMPLETION = _List(
    "tasks by completion", col(Task.completed) == sa.bindparam("is_completed", type_=sa.Boolean)
)
_WITH_ALL = _List("tasks with all tags", col(Task.tags).contains(_TAGS))
_WITH_ANY = _List("tasks with any tag", col(Task.tags).bool_op("&&")(_TAGS))
_TITLED = _List("tasks by title", col(Task.title).ilike(sa.bindparam("pattern"), escape="\\"))
_OPEN = col(Task.completed) == sa.false()
_DUE = _List("tasks by date", _OPEN, col(Task.due_date) < sa.bindparam("before"), by_date=True)
_OVERDUE = _List("overdue tasks", _OPEN, col(Task.due_date) < sa.func.now(), by_date=True)


def listed(
    user_id: str, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """All of them, newest first: 50 a page, at most 200. Raises InvalidCursor, as all lists do."""
    return _ALL.query(user_id, limit, cursor)


def by_completion(
    user_id: str, completed: bool, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """What is done, or what is not, newest first."""
    return _BY_COMPLETION.query(user_id, limit, cursor, is_completed=completed)


def with_all_tags(
    user_id: str, tags: Sequence[str], *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """Those that have every one of the tags, newest first. No tags: all tasks."""
    return _WITH_ALL.query(user_id, limit, cursor, any_tags=_texts("tags", tags))


def with_any_tag(
    user_id: str, tags: Sequence[str], *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """Those that have one of the tags, newest first. No tags: no tasks."""
    return _WITH_ANY.query(user_id, limit, cursor, any_tags=_texts("tags", tags))


def titled(
    user_id: str, prefix: str, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    r"""Those whose title begins so, in capitals or not, newest first; %, _ and \ are themselves."""
    escaped = "".join(f"\\{one}" if one in "\\%_" else one for one in errors.text("title", prefix))
    return _TITLED.query(user_id, limit, cursor, pattern=escaped + "%")


def due_before(
    user_id: str, before: datetime, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """Open ones that are due before an instant (which has a zone), soonest first."""
    return _DUE.query(user_id, limit, cursor, before=before)


def overdue(
    user_id: str, *, limit: int = DEFAULT, cursor: str | None = None
) -> Query[Page[TaskRow]]:
    """Open ones that should be done by now, by the clock of the database."""
    return _OVERDUE.query(user_id, limit, cursor)


_SELECT = sa.select(*COLUMNS).where(*_ONE)


def one(user_id: str, task_id: int) -> Query[TaskRow]:
    """Raises NotFound."""
    return Query(user_id, _SELECT, {"task": task_id}, _found)


_NEW = ("title", "description", "completed", "tags", "due_date")
_CREATE = (
    sa.insert(Task)
    .values(
        user_id=sa.bindparam("user"),
        created_at=sa.func.now(),
        updated_at=sa.func.now(),
        **{name: sa.bindparam(f"new_{name}") for name in _NEW},
    )
    .returning(*COLUMNS)
)


def create(user_id: str, new: TaskCreate) -> Query[TaskRow]:
    """A new task. Raises UnknownUser.

    Its number is the database's, so sent again after a lost answer it is there twice.
    """
    parameters = {f"new_{name}": getattr(new, name) for name in _NEW}
    return Query(user_id, _CREATE, parameters, _found)


@cache
def _update(*parameters: str) -> sa.Executable:
    """Of these columns, each of which has the name of its parameter after `new_`."""
    new: dict[str, Any] = {name.removeprefix("new_"): sa.bindparam(name) for name in parameters}
    return (
        sa.update(Task)
        .where(*_ONE, col(Task.updated_at) == sa.bindparam("seen"))
        .values(**new, updated_at=later(col(Task.updated_at)))
        .returning(*COLUMNS)
    )


def update(user_id: str, task_id: int, changes: TaskUpdate, *, seen: datetime) -> Query[TaskRow]:
    """Change what is set in `changes`, if the task is still as it was at `updated_at` = `seen`.

    Raises NotFound, and Changed where somebody else's change would be lost.
    """
    values = {
        f"new_{name}": value for name, value in changes.model_dump(exclude_unset=True).items()
    }

    def unchanged(result: sa.Result[Any]) -> TaskRow:
        _found(result)
        raise Changed("task")

    parameters = {"task": task_id, "seen": seen, **values}
    otherwise = Query(user_id, _SELECT, parameters, unchanged)
    return Query(user_id, _update(*values), parameters, sa.Result.first, otherwise)


_COMPLETE = (
    sa.update(Task)
    .where(*_ONE)
    .values(
        completed=sa.bindparam("is_completed", type_=sa.Boolean),
        updated_at=later(col(Task.updated_at)),
    )
    .returning(*COLUMNS)
)


def complete(user_id: str, task_id: int, completed: bool = True) -> Query[TaskRow]:
    """Mark it done, or open again; may be sent twice. Raises NotFound."""
    return Query(user_id, _COMPLETE, {"task": task_id, "is_completed": completed}, _found)


_DELETE = sa.delete(Task).where(*_ONE).returning(col(Task.id))


def delete(user_id: str, task_id: int) -> Query[int]:
    """Returns its number. Raises NotFound."""
    return Query(user_id, _DELETE, {"task": task_id}, lambda result: _found(result).id)


def _texts(field: str, values: Sequence[str]) -> list[str]:
    return [errors.text(field, value) for value in values]


def _found(result: sa.Result[Any]) -> TaskRow:
    if (row := result.first()) is None:
        raise NotFound("task")
    return row
