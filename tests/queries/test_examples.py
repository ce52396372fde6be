"""docs/queries.md: its examples do what it says, its tables are complete."""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from models import MessageCreate, TaskCreate
from queries import engines as application
from queries import errors, messages, run, tasks, user_session
from queries import settings as of_the_process
from queries.readiness import HEAD
from tests.queries.test_plans import SERVED, UNDER_POLICIES
from tests.queries.things import SECRET, Things

PAGE = (Path(__file__).parent.parent.parent / "docs" / "queries.md").read_text()


@pytest.fixture
def said() -> dict[str, Any]:
    """Everything that the examples define, by its name."""
    names: dict[str, Any] = {}
    for code in re.findall(r"^<!-- example -->\n```python\n(.*?)^```$", PAGE, re.M | re.S):
        exec(compile(code, "docs/queries.md", "exec"), names)  # noqa: S102  our own page
    return names


def _forget() -> None:
    """The process's settings and engines."""
    for cached in (of_the_process.settings, application.engine, application.async_engine):
        cached.cache_clear()


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch, address: Callable[[str], str]) -> Iterator[None]:
    """As app_user, by the process's own engine."""
    monkeypatch.setenv("DATABASE_URL", address("app_user"))
    _forget()
    yield
    if application.engine.cache_info().currsize:
        application.engine().dispose()
    _forget()


def test_a_chat(said: dict[str, Any], ada: str) -> None:
    assert said["chat"](ada, "Hi") == ["user: Hi", "assistant: Hello!"]
    assert said["rename_task"](ada, "Buy bread") == "Buy bread"
    assert said["everything_said"](ada) == {None: 2}
    assert said["all_titles"](ada) == [None]


def test_a_dependency_with_an_async_session(said: dict[str, Any], things: Things) -> None:
    user, conversation = things.user_id, things.conversation_id
    new = MessageCreate(role="user", content="new")

    async def request(path: Callable[[Any], Any]) -> Any:
        """What FastAPI does with a dependency that yields."""
        dependency: AsyncIterator[Any] = said["own_session"](user)
        session = await anext(dependency)
        answer = await path(session)
        with pytest.raises(StopAsyncIteration):
            await anext(dependency)
        return answer

    async def requests() -> list[str]:
        assert (
            await request(lambda session: said["say"](conversation, new, user, session)) == new.id
        )
        contents: list[str] = await request(
            lambda session: said["read"](conversation, user, session)
        )
        transcript = [line async for line in said["transcript"](user, conversation)]
        assert transcript == [f"user: {content}\n" for content in contents]
        assert len([line async for line in said["export"](user)]) == 6
        await application.async_engine().dispose()
        return contents

    contents = asyncio.run(requests())
    assert contents == [f"{SECRET} 0", f"{SECRET} 1", f"{SECRET} 2", "new"]


def test_reading_on_and_sending_again(
    said: dict[str, Any], things: Things, engines: dict[str, sa.Engine]
) -> None:
    user, conversation = things.user_id, things.conversation_id
    with user_session(user, engines["owner"]) as session:
        newer = run(session, messages.latest(user, conversation)).newer
    new = MessageCreate(role="user", content="new")
    assert said["say_once"](user, conversation, new) == said["say_once"](user, conversation, new)
    found, newer = said["since"](user, conversation, newer)
    assert found == ["new"]
    assert said["since"](user, conversation, newer) == ([], newer)


def test_jobs_and_the_probe(
    said: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    address: Callable[[str], str],
    engines: dict[str, sa.Engine],
    ada: str,
) -> None:
    assert said["probe"]()[0] == 503  # app_user may not look
    soon = datetime.now(UTC) + timedelta(hours=1)
    with user_session(ada, engines["owner"]) as session:
        run(session, tasks.create(ada, TaskCreate(title="soon", due_date=soon)))
    application.engine().dispose()
    for who, ask in (("app_maintenance", "due_today"), ("owner", "probe")):
        _forget()
        monkeypatch.setenv("DATABASE_URL", address(who))
        told = said[ask]()
        assert (ada, "soon") in told if ask == "due_today" else told == (200, HEAD)
        application.engine().dispose()


def rows(heading: str) -> dict[str, str]:
    """A table of the page: its first column and its last."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(.+) \|$", section, re.MULTILINE)
    return {line.partition(" | ")[0]: line.rpartition("|")[2].strip() for line in lines}


def test_the_table_of_queries_has_their_indexes() -> None:
    expected = {
        name: ", then ".join(
            ", ".join(f"`{index}`" for index in sorted(served))
            for served in (indexes, UNDER_POLICIES.get(name))
            if served
        )
        for name, indexes in SERVED.items()
    }
    told = rows("All queries and their indexes")
    assert {name.rstrip("`"): indexes for name, indexes in told.items()} == expected


def test_the_table_of_errors_has_them_all() -> None:
    kinds = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.QueryError)
    }
    told = {name for first in rows("Errors") for name in re.findall(r"\w+", first)}
    assert told == kinds - {"QueryError", "Conflict"}


def test_the_table_of_settings_has_them_all() -> None:
    told = {name.rstrip("`").lower() for name in rows("Settings and poolers")}
    assert told == set(of_the_process.Settings.model_fields)
