"""The time that a change is given, by the database."""

from typing import Any

import sqlalchemy as sa

MICROSECOND = sa.literal_column("interval '1 microsecond'", sa.Interval)


def later(updated_at: Any, steps: sa.ColumnElement[int] | None = None) -> sa.ColumnElement[Any]:
    """Now, but later than the last change by at least `steps` microseconds (one).

    `now()` is the start of the transaction, so by itself it can be the same for two changes, or
    earlier for the second one. Whoever has seen a time can rely on it to be gone after a change.
    """
    step = MICROSECOND if steps is None else steps * MICROSECOND
    return sa.func.greatest(sa.func.now(), updated_at + step)
