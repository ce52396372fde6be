"""What `make seed` says when it does not fill a database, in the three parts of migrator.errors."""

import psycopg

from migrator.errors import MigratorError, Refused

_NOTHING = "nothing was changed"


def not_at_head(database: str, pending: int) -> Refused:
    return Refused(
        f"{database} is not at head",
        detail=f"pending revisions: {pending}",
        hint="make upgrade",
    )


def not_embedded(database: str, forced: str | None) -> Refused:
    detail = "somebody may be using it"
    if forced is not None:
        detail = f'{detail}, and --force names "{forced}"'
    return Refused(
        f"{database} is not the embedded database",
        detail=detail,
        hint='if it shall get demo data, name it: make seed ARGS="--force <database> '
        '--user-id <id>"',
    )


def no_user_given(database: str) -> Refused:
    return Refused(
        f"demo data for {database} needs one of its users",
        detail="Better Auth makes them; only the embedded database gets users of its own",
        hint="sign up in the application, then name that user: --user-id <id>",
    )


def no_such_user(user_id: str) -> Refused:
    return Refused(
        f'no user "{user_id}"',
        detail=_NOTHING,
        hint="sign up in the application, then name that user: --user-id <id>",
    )


def user_not_new(user_id: str, conversations: int, tasks: int) -> Refused:
    return Refused(
        f'user "{user_id}" is not a new one',
        detail=f"conversations: {conversations}, tasks: {tasks}; {_NOTHING}",
        hint="sign up another one for demo data",
    )


def already_there(database: str, users: int) -> Refused:
    return Refused(
        f"{database} already holds demo data",
        detail=f"demo users: {users}; {_NOTHING}",
        hint="to make it anew: make seed ARGS=--replace",
    )


def user_not_replaced() -> Refused:
    return Refused(
        "--replace cannot be used with --user-id",
        detail="it deletes the demo users with all that is theirs, and no other user",
        hint="leave one of them out",
    )


def failed(error: psycopg.Error) -> MigratorError:
    """PostgreSQL's own words; whatever was sent until then is rolled back."""
    words = error.diag.message_primary or " ".join(str(error).split())
    return MigratorError(words, detail=error.diag.message_detail, hint=_NOTHING)


def interrupted() -> MigratorError:
    return MigratorError("interrupted", hint=_NOTHING)
