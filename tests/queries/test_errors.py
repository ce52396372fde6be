"""PostgreSQL's errors become the application's, and say nothing of what users wrote."""

import traceback
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from models import Message, MessageCreate, Task
from queries import errors, messages, run, tasks, user_session
from queries.translation import translated
from tests.queries.things import SECRET, Things

LONG = SECRET * 1000


def insert(model: Any, **values: Any) -> Callable[[Things], sa.Executable]:
    def statement(its: Things) -> sa.Executable:
        known = {"user_id": its.user_id, "conversation_id": its.conversation_id}
        columns = sa.inspect(model).columns
        return sa.insert(model).values(
            {name: value for name, value in (known | values).items() if name in columns}
        )

    return statement


MESSAGE = {"role": "user", "content": SECRET}

TYPED: dict[str, tuple[Callable[[Things], sa.Executable], type[errors.QueryError], str]] = {
    "title": (
        insert(Task, title=LONG),
        errors.TooLong,
        'error: "title" is too long (at most 200 characters)\nhint: shorten it: nothing is cut',
    ),
    "no title": (
        insert(Task, title=""),
        errors.Invalid,
        'error: "title" has a value that is not allowed',
    ),
    "null title": (
        insert(Task, title=None, description=SECRET),
        errors.Invalid,
        'error: "title" has a value that is not allowed',
    ),
    "content": (
        insert(Message, **MESSAGE | {"content": LONG}),
        errors.TooLong,
        'error: "content" is too long (at most 10000 characters)\nhint: shorten it: nothing is cut',
    ),
    "agent": (
        insert(Message, **MESSAGE, agent_name="x" * 51),
        errors.TooLong,
        'error: "agent_name" is too long (at most 50 characters)\nhint: shorten it: nothing is cut',
    ),
    "role": (
        insert(Message, **MESSAGE | {"role": "robot"}),
        errors.Invalid,
        'error: "role" has a value that is not allowed',
    ),
    "nul": (
        insert(Task, title=f"{SECRET}\x00"),
        errors.NotText,
        'error: "text" holds a NUL character or half of a surrogate pair\n'
        "hint: refuse the input, or remove them",
    ),
    "foreign conversation": (
        insert(Message, **MESSAGE, conversation_id=uuid4()),
        errors.NotFound,
        "error: no such conversation\nhint: it was deleted, or its id is wrong",
    ),
    "table": (
        lambda _: sa.text("SELECT * FROM reminders"),
        errors.NotReady,
        "error: the database is not ready for this code\n"
        'detail: relation "reminders" does not exist\n'
        "hint: run `make upgrade` on the database",
    ),
}


@pytest.mark.parametrize("name", TYPED)
def test_an_error_of_the_database_is_typed(name: str, engine: sa.Engine, things: Things) -> None:
    statement, kind, told = TYPED[name]
    with pytest.raises(errors.QueryError) as error, user_session(things.user_id, engine) as session:
        session.connection().execute(statement(things))
    assert type(error.value) is kind
    assert str(error.value) == told
    shown = "".join(traceback.format_exception(error.value))
    assert SECRET not in shown


def test_a_batch_refuses_what_is_too_long_instead_of_cutting_it(
    engine: sa.Engine, things: Things
) -> None:
    unchecked = MessageCreate(role="user", content="x").model_copy(update={"agent_name": "x" * 51})
    for appending in (
        messages.append(things.user_id, things.conversation_id, unchecked),
        messages.append_all(things.user_id, things.conversation_id, [unchecked]),
    ):
        with (
            pytest.raises(errors.TooLong),
            user_session(things.user_id, engine) as session,
        ):
            run(session, appending)


def test_somebody_without_the_role_is_told_which(
    engines: dict[str, sa.Engine], things: Things
) -> None:
    job = engines["app_maintenance"]
    query = tasks.listed(things.user_id)
    with pytest.raises(errors.NotAllowed) as refused, user_session(things.user_id, job) as session:
        run(session, query)
    assert str(refused.value) == (
        "error: the session may not do this\n"
        "detail: permission denied for function set_app_user\n"
        "hint: the login must be a member of app_user (jobs: app_maintenance), as "
        'GRANT app_user TO "<login>" makes it'
    )


def test_a_deadlock_and_a_serialization_failure_are_retryable(
    engine: sa.Engine, things: Things
) -> None:
    update = sa.text("UPDATE tasks SET completed = true WHERE user_id = :user")
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(sa.text("SELECT set_app_user(:user)"), {"user": things.user_id})
            connection.execute(sa.text("SELECT count(*) FROM tasks"))
        first.execute(update, {"user": things.user_id})
        first.commit()
        with pytest.raises(errors.Retryable) as failed, translated():
            second.execute(update, {"user": things.user_id})
    assert failed.value.detail == "could not serialize access due to concurrent update"


def test_what_is_not_known_stays_as_it_is(engine: sa.Engine, things: Things) -> None:
    with (
        pytest.raises(sa.exc.DataError, match="division by zero"),
        user_session(things.user_id, engine) as session,
    ):
        session.connection().exec_driver_sql("SELECT 1 / 0")


def test_a_query_of_another_user_says_whose_fault_it_is() -> None:
    assert str(errors.OtherUser()) == (
        "error: the query is for another user than the session\n"
        "hint: take the user of both from the token of the request"
    )
