"""What can go wrong in a query, as the application should see it, and every sentence about it.

No error repeats what a user wrote.
"""

from models.base import storable


class QueryError(Exception):
    """A message, what is known about it, and what to do."""

    def __init__(self, message: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        parts = [("error", self.message), ("detail", self.detail), ("hint", self.hint)]
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


class UnknownUser(QueryError):
    """The user of the token does not exist (any more)."""

    def __init__(self) -> None:
        super().__init__(
            'the user does not exist in "user"',
            hint="ask for a new sign-in: the account was deleted after its token was made",
        )


class OtherUser(QueryError):
    """A query for one user was run in the session of another one: a fault of the code."""

    def __init__(self) -> None:
        super().__init__(
            "the query is for another user than the session",
            hint="take the user of both from the token of the request",
        )


class NotFound(QueryError):
    """There is no such row, or it is somebody else's: no difference is made."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no such {what}", hint="it was deleted, or its id is wrong")


class Conflict(QueryError):
    """Somebody else was there first."""


class Changed(Conflict):
    """The row has changed since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the {what} has changed since it was read", hint="read it again and repeat the change"
        )


class IdTaken(Conflict):
    """An id that the client made belongs to something else already."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the id of the {what} is in use",
            hint="make a new id for new content; send the same content again under its own id only",
        )


class Invalid(QueryError):
    """A value cannot be stored; `field` names it."""

    def __init__(self, field: str, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or f'"{field}" has a value that is not allowed', hint=hint)
        self.field = field


class TooLong(Invalid):
    """A text is longer than its column."""

    def __init__(self, field: str, limit: int | None = None) -> None:
        most = f" (at most {limit} characters)" if limit else ""
        super().__init__(field, f'"{field}" is too long{most}', hint="shorten it: nothing is cut")


class NotText(Invalid):
    """A text holds what PostgreSQL's text cannot."""

    def __init__(self, field: str) -> None:
        super().__init__(
            field,
            f'"{field}" holds a NUL character or half of a surrogate pair',
            hint="refuse the input, or remove them",
        )


class InvalidCursor(Invalid):
    """A cursor was changed on its way, or is of another list."""

    def __init__(self) -> None:
        super().__init__(
            "cursor", "the cursor is not one of this list", hint="ask for the first page again"
        )


class NotAllowed(QueryError):
    """The login lacks a right, or the policies refuse the row."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            "the session may not do this",
            detail=detail,
            hint="the login must be a member of app_user (jobs: app_maintenance), as "
            'GRANT app_user TO "<login>" makes it',
        )


class NotReady(QueryError):
    """The database is not what this code needs."""

    def __init__(self, detail: str, hint: str = "run `make upgrade` on the database") -> None:
        super().__init__("the database is not ready for this code", detail=detail, hint=hint)


class NotConfigured(QueryError):
    """The environment does not say which database to use, or not clearly."""

    def __init__(self, setting: str, detail: str) -> None:
        super().__init__(
            f'"{setting}" is not set to something usable',
            detail=detail,
            hint="export DATABASE_URL=postgresql://user:password@host:5432/name",
        )


class ForeignEngine(QueryError):
    """A session was asked for on an engine that would not tell the database whose it is."""

    def __init__(self) -> None:
        super().__init__(
            "the engine is not one of queries.engines",
            hint="make it with make_engine or make_async_engine",
        )


class Retryable(QueryError):
    """Nothing is wrong with the request: run the whole transaction again.

    Whether a lost connection lost the work is not known: ids that the client makes are for that.
    """

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            "the database could not finish the transaction",
            detail=detail,
            hint="run it again from its start, with the same ids",
        )


def text(field: str, value: str) -> str:
    """The value; raises NotText where PostgreSQL would refuse it."""
    try:
        return storable(value)
    except ValueError:
        raise NotText(field) from None


def check_user(user_id: str) -> None:
    """Raises UnknownUser for what no user's id can be."""
    try:
        storable(user_id)
    except ValueError:
        raise UnknownUser from None
    if not user_id:
        raise UnknownUser
