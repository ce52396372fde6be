"""Sessions: a transaction on behalf of one user.

`user_session` tells the database who it is for, which the policies of app_user go by, and adds the
same condition to every statement of the ORM, which holds for the owner of the tables too. What that
second line does not reach: `text()`, statements on `Table` objects, and what is inserted. There the
policies are alone, so the application's login is to be a member of app_user and not the owner.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from queries import driver, errors
from queries.engines import async_engine, engine
from queries.query import Query, answer, criteria
from queries.translation import translated

# Both end with the transaction: a pooled connection keeps nothing of it. Times come back in UTC.
_UTC = "SELECT set_config('timezone', 'UTC', true)"
_ACT = "SELECT set_app_user(%s), set_config('timezone', 'UTC', true)"
# psycopg waits for the answer to a BEGIN of its own. In its autocommit mode there is none, and ours
# goes to the server together with the user and the first statement: one round trip. COMMIT and
# ROLLBACK are still sent, because psycopg goes by the state of the transaction; the pool takes the
# mode back.
_OWN_BEGIN = {"isolation_level": "AUTOCOMMIT"}


T = TypeVar("T")


class UserSession(Session):
    """A session whose statements see one user's rows: `info["user_id"]`."""

    @cached_property
    def criteria(self) -> tuple[ORMOption, ...]:
        """What each of them is limited by; made when the ORM executes the first one."""
        return criteria(self.info["user_id"])


@event.listens_for(UserSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    # Relationships inherit the options of what they are loaded for; refreshed columns are of rows
    # that were found under them.
    if not (state.is_column_load or state.is_relationship_load):
        session = cast(UserSession, state.session)
        state.statement = state.statement.options(*session.criteria)


def _opening(user_id: str, *, alone: bool = False) -> driver.Opening:
    return driver.Opening([("BEGIN", ()), (_ACT, [user_id])], alone)


@contextmanager
def user_session(user_id: str, bind: sa.Engine | None = None) -> Iterator[Session]:
    """Commits when the block ends, rolls back when it raises; `bind` is another `make_engine`.

    It begins with the first statement, so a block that asks nothing tells the database nothing.
    `user_id` is the `sub` of the request's token. Raises what queries.errors knows, whatever the
    block executes.
    """
    errors.check_user(user_id)
    with (
        translated(),
        UserSession(bind or engine(), info={"user_id": user_id}, expire_on_commit=False) as session,
        session.begin(),
    ):
        connection = session.connection(execution_options=_OWN_BEGIN).connection
        driver.open_with(connection.driver_connection, _opening(user_id))
        yield session


@asynccontextmanager
async def async_user_session(
    user_id: str, bind: AsyncEngine | None = None
) -> AsyncIterator[AsyncSession]:
    """As `user_session`, to be awaited."""
    errors.check_user(user_id)
    with translated():
        async with (
            AsyncSession(
                bind or async_engine(),
                sync_session_class=UserSession,
                info={"user_id": user_id},
                expire_on_commit=False,
            ) as session,
            session.begin(),
        ):
            connection = await session.connection(execution_options=_OWN_BEGIN)
            raw = await connection.get_raw_connection()
            driver.open_with(raw.driver_connection, _opening(user_id))
            yield session


def ask(query: Query[T], bind: sa.Engine | None = None) -> T:
    """Run one query on behalf of its user, in a transaction of its own: one round trip.

    `bind` is another `make_engine`. Raises as `user_session`.
    """
    with translated(), (bind or engine()).connect() as connection:
        return _asked(connection.execution_options(**_OWN_BEGIN), query)


async def async_ask(query: Query[T], bind: AsyncEngine | None = None) -> T:
    """As `ask`, to be awaited."""
    with translated():
        async with (bind or async_engine()).connect() as connection:
            await connection.execution_options(**_OWN_BEGIN)
            return await connection.run_sync(_asked, query)


def _asked(connection: sa.Connection, query: Query[T]) -> T:
    """Each statement of the query has a transaction of its own."""
    if query.user_id is not None:
        errors.check_user(query.user_id)
        opening = _opening(query.user_id, alone=True)
        driver.open_with(connection.connection.driver_connection, opening)
    value = answer(connection, query)
    if value is None and query.otherwise:
        return _asked(connection, query.otherwise)
    return value  # type: ignore[return-value]  # as in `run`


@contextmanager
def job_session(bind: sa.Engine | None = None) -> Iterator[Session]:
    """A transaction across users, for a login of app_maintenance."""
    with (
        translated(),
        Session(bind or engine(), expire_on_commit=False) as session,
        session.begin(),
    ):
        session.connection().exec_driver_sql(_UTC)
        yield session
