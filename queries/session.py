"""Sessions: a transaction on behalf of one user.

`user_session` tells the database who it is for, which the policies of app_user go by, and adds the
same condition to every statement of the ORM, which holds for the owner of the tables too. What that
second line does not reach: `text()`, statements on `Table` objects, and what is inserted. There the
policies are alone, so the application's login is to be a member of app_user and not the owner.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from queries import errors
from queries.engines import async_engine, engine
from queries.query import criteria
from queries.translation import translated

# Both end with the transaction: a pooled connection keeps nothing of it. Times come back in UTC.
_UTC = "SELECT set_config('timezone', 'UTC', true)"
_ACT = "SELECT set_app_user(%s), set_config('timezone', 'UTC', true)"
# psycopg waits for the answer to a BEGIN of its own. In its autocommit mode there is none, and ours
# goes to the server together with the user: one round trip. COMMIT and ROLLBACK are still sent,
# because psycopg goes by the state of the transaction; the pool takes the mode back.
_OWN_BEGIN = {"isolation_level": "AUTOCOMMIT"}


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


@contextmanager
def user_session(user_id: str, bind: sa.Engine | None = None) -> Iterator[Session]:
    """Commits when the block ends, rolls back when it raises; `bind` is another engine.

    `user_id` is the `sub` of the request's token. Raises what queries.errors knows, whatever the
    block executes.
    """
    errors.check_user(user_id)
    with (
        translated(),
        UserSession(bind or engine(), info={"user_id": user_id}, expire_on_commit=False) as session,
        session.begin(),
    ):
        driver: Any = session.connection(execution_options=_OWN_BEGIN).connection.driver_connection
        with driver.pipeline():
            driver.execute("BEGIN")
            driver.execute(_ACT, [user_id])
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
            driver: Any = (await connection.get_raw_connection()).driver_connection
            async with driver.pipeline():
                await driver.execute("BEGIN")
                await driver.execute(_ACT, [user_id])
            yield session


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
