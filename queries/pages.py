"""Pages by key: limits that are clamped, and the cursor to what follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from queries import cursors
from queries.cursors import Key

R = TypeVar("R")

LIMIT = sa.bindparam("limit", type_=sa.Integer)
_AT = sa.bindparam("at", type_=sa.DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows in the order of their list; `next` is the cursor to what follows, None at the end."""

    rows: Sequence[R]
    next: str | None


def clamp(limit: int, most: int) -> int:
    """Between 1 and `most`."""
    return max(1, min(limit, most))


def after_key(unique: type[sa.types.TypeEngine[Any]]) -> sa.Tuple:
    """Where a page begins, to compare the ordering columns with: parameters `at` and `after`."""
    return sa.tuple_(_AT, sa.bindparam("after", type_=unique))


def page(rows: Sequence[R], limit: int, key: Callable[[R], Key], *scope: object) -> Page[R]:
    """The first `limit` rows; the one beyond, if it was found, says that there are more."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursors.encode(key(rows[limit - 1]), *scope))
