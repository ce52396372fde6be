"""One database at head for all of these tests: every test makes users of its own in it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import pytest
import sqlalchemy as sa

from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from migrator.sandbox import sandbox
from queries import Query, async_user_session, run, user_session
from queries import engines as of_the_application
from queries import settings as of_the_process
from queries.engines import make_async_engine, make_engine
from queries.settings import Settings
from tests.conftest import ROOT
from tests.queries.things import Things, fill

T = TypeVar("T")

LOGINS = {"owner": EMBEDDED_ROLE, "app_user": "todo_api", "app_maintenance": "todo_jobs"}
"""Who connects, by the role whose rights it has. The owner is not subject to the policies."""


class Ask(Protocol):
    """Runs a query in a session of its own."""

    def __call__(self, user_id: str, query: Query[T]) -> T: ...


LEAKS = pytest.StashKey[list[bool]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEAKS] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if tried := config.stash[LEAKS]:
        terminalreporter.write_line(
            f"isolation: nothing leaked in {tried.count(False)} of {len(tried)} attempts"
        )


@pytest.fixture
def leaks(pytestconfig: pytest.Config) -> list[bool]:
    """Whether each attempt to see or change somebody else's rows succeeded."""
    return pytestconfig.stash[LEAKS]


@pytest.fixture(scope="session")
def database(server: Server, head_template: str) -> Iterator[str]:
    with sandbox(server.url(), prefix="queries", template=head_template) as url:
        with server.connect() as admin:
            for role, login in LOGINS.items():
                if role != "owner":
                    admin.execute(f"DROP ROLE IF EXISTS {login}".encode())
                    admin.execute(f"CREATE ROLE {login} LOGIN IN ROLE {role}".encode())
        yield sa.make_url(url).database or ""


@pytest.fixture(scope="session")
def address(server: Server, database: str) -> Callable[[str], str]:
    """The address by which somebody connects, by the names of LOGINS."""
    return lambda who: server.url(database, LOGINS[who])


@pytest.fixture(scope="session")
def settings(address: Callable[[str], str]) -> Callable[[str], Settings]:
    return lambda who: Settings(database_url=address(who))


@pytest.fixture(scope="session")
def engines(settings: Callable[[str], Settings]) -> Iterator[dict[str, sa.Engine]]:
    made = {who: make_engine(settings(who)) for who in LOGINS}
    yield made
    for engine in made.values():
        engine.dispose()


@pytest.fixture(params=["owner", "app_user"])
def who(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(engines: dict[str, sa.Engine], who: str) -> sa.Engine:
    """The application's, as the owner of the tables and as app_user."""
    return engines[who]


@pytest.fixture
def single(settings: Callable[[str], Settings], who: str) -> Iterator[sa.Engine]:
    """An engine with one connection, which every session gets after the other."""
    engine = make_engine(settings(who).model_copy(update={"database_pool_size": 1}))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sync", "async"])
def ask(
    request: pytest.FixtureRequest, engine: sa.Engine, settings: Callable[[str], Settings], who: str
) -> Ask:
    """Runs a query for somebody: sync and async, as the owner and as app_user."""

    def ask_sync(user_id: str, query: Query[T]) -> T:
        with user_session(user_id, engine) as session:
            return run(session, query)

    async def answer(user_id: str, query: Query[T]) -> T:
        asynchronous = make_async_engine(settings(who))
        try:
            async with async_user_session(user_id, asynchronous) as session:
                return await run(session, query)
        finally:
            await asynchronous.dispose()

    def ask_async(user_id: str, query: Query[T]) -> T:
        return asyncio.run(answer(user_id, query))

    return ask_sync if request.param == "sync" else ask_async


@pytest.fixture
def sign_up(address: Callable[[str], str], make_user: Callable[..., str]) -> Callable[[], str]:
    """A new user: returns the id."""
    return lambda: make_user(address("owner"))


@pytest.fixture
def ada(sign_up: Callable[[], str]) -> str:
    return sign_up()


@pytest.fixture
def bob(sign_up: Callable[[], str]) -> str:
    return sign_up()


@pytest.fixture
def things(engines: dict[str, sa.Engine], ada: str) -> Things:
    """Ada has something of everything."""
    return fill(engines["owner"], ada)


@pytest.fixture
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """What SQLAlchemy sends; clear it where counting begins."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def application(
    monkeypatch: pytest.MonkeyPatch, address: Callable[[str], str]
) -> Iterator[Callable[[str], None]]:
    """The process's own engines, as app_user; called with a name of LOGINS, as that one."""

    def connect_as(who: str) -> None:
        if of_the_application.engine.cache_info().currsize:
            of_the_application.engine().dispose()
        monkeypatch.setenv("DATABASE_URL", address(who))
        for cached in (
            of_the_process.settings,
            of_the_application.engine,
            of_the_application.async_engine,
        ):
            cached.cache_clear()

    connect_as("app_user")
    yield connect_as
    connect_as("app_user")


@pytest.fixture
def said(application: Callable[[str], None]) -> dict[str, Any]:
    """Everything that the examples of docs/queries.md define, by its name."""
    page = (ROOT / "docs" / "queries.md").read_text()
    names: dict[str, Any] = {}
    for code in re.findall(r"^<!-- example -->\n```python\n(.*?)^```$", page, re.M | re.S):
        exec(compile(code, "docs/queries.md", "exec"), names)  # noqa: S102  our own page
    return names
