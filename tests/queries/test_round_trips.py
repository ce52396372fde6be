"""How often an operation goes to the server and back, and how many statements it is there."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import select

from benchmarks.speed.wire import Wire, wire
from migrator.embedded import Server
from models import MessageCreate, Task
from queries import (
    ask,
    async_ask,
    async_user_session,
    messages,
    run,
    tasks,
    user_session,
)
from queries.engines import make_async_engine, make_engine
from queries.settings import Settings
from tests.queries.things import EVERY, Things

WARM = 7  # it connects, and psycopg prepares what it has executed five times


@pytest.fixture
def counting(server: Server) -> Iterator[Wire]:
    with wire(server.socket_dir / f".s.PGSQL.{server.port}") as made:
        yield made


@pytest.fixture
def far(counting: Wire, address: Callable[[str], str], who: str) -> Settings:
    """The database at the other end of the wire."""
    url = sa.make_url(address(who)).set(host="127.0.0.1", port=counting.port, query={})
    return Settings.model_validate({"database_url": url.render_as_string(hide_password=False)})


@pytest.fixture
def engine_far(far: Settings) -> Iterator[sa.Engine]:
    engine = make_engine(far)
    yield engine
    engine.dispose()


def cost(counting: Wire, operation: Callable[[], object]) -> tuple[int, int]:
    """Round trips and statements of the last one of several times."""
    for _ in range(WARM):
        before = counting.turns, counting.statements
        operation()
    return counting.turns - before[0], counting.statements - before[1]


def reading() -> list[str]:
    writing = {"append", "append_all", "create", "delete", "rename", "complete", "update"}
    return sorted(name for name in EVERY if name.partition(".")[2] not in writing)


@pytest.mark.parametrize("name", reading())
def test_a_query_asked_alone_is_one_round_trip(
    name: str, counting: Wire, engine_far: sa.Engine, things: Things
) -> None:
    """BEGIN, whose it is, the query and COMMIT."""
    query = EVERY[name](things.user_id, things)
    assert cost(counting, lambda: ask(query, engine_far)) == (1, 4)


def test_an_append_asked_alone_is_one_round_trip(
    counting: Wire, engine_far: sa.Engine, things: Things
) -> None:
    def append() -> object:
        new = MessageCreate(role="user", content="new")
        return ask(messages.append(things.user_id, things.conversation_id, new), engine_far)

    assert cost(counting, append) == (1, 4)


def test_a_session_is_two_round_trips_and_one_for_each_query_more(
    counting: Wire, engine_far: sa.Engine, things: Things
) -> None:
    """BEGIN, whose it is and the first query; COMMIT. Of the pool nothing is added."""
    query = tasks.listed(things.user_id)

    def use(times: int) -> None:
        with user_session(things.user_id, engine_far) as session:
            for _ in range(times):
                run(session, query)

    assert cost(counting, lambda: use(1)) == (2, 4)
    assert cost(counting, lambda: use(3)) == (4, 6)
    assert cost(counting, lambda: use(0)) == (0, 0)


def test_objects_of_a_session_are_two_round_trips(
    counting: Wire, engine_far: sa.Engine, things: Things
) -> None:
    def use() -> None:
        with user_session(things.user_id, engine_far) as session:
            session.exec(select(Task)).all()

    assert cost(counting, use) == (2, 4)


def test_a_query_without_a_session_is_one_statement(
    counting: Wire, engine_far: sa.Engine, things: Things
) -> None:
    """For the owner, whom no policy concerns; app_user sees nothing without a user."""
    autocommit = engine_far.execution_options(isolation_level="AUTOCOMMIT")

    def use() -> None:
        with autocommit.connect() as connection:
            run(connection, tasks.listed(things.user_id))

    assert cost(counting, use) == (1, 1)


def test_async_is_as_many(counting: Wire, far: Settings, things: Things) -> None:
    query = messages.latest(things.user_id, things.conversation_id)

    async def use() -> list[tuple[int, int]]:
        engine, costs = make_async_engine(far), []
        for together in (True, False):
            for _ in range(WARM):
                before = counting.turns, counting.statements
                if together:
                    async with async_user_session(things.user_id, engine) as session:
                        await run(session, query)
                else:
                    await async_ask(query, engine)
            costs.append((counting.turns - before[0], counting.statements - before[1]))
        await engine.dispose()
        return costs

    assert asyncio.run(use()) == [(2, 4), (1, 4)]
