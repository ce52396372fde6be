"""docs/queries.md: its examples do what it says, its tables are complete."""

import asyncio
import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models import MessageCreate, TaskCreate
from queries import errors, messages, run, tasks, user_session
from queries.engines import async_engine
from queries.readiness import HEAD
from queries.settings import Settings
from tests.queries.things import SECRET, Things

PAGE = (Path(__file__).parent.parent.parent / "docs" / "queries.md").read_text()


def test_a_chat(said: dict[str, Any], ada: str) -> None:
    assert said["chat"](ada, "Hi") == ["user: Hi", "assistant: Hello!"]
    assert said["rename_task"](ada, "Buy bread") == "Buy bread"
    assert said["everything_said"](ada) == {None: 2}
    assert said["all_titles"](ada) == [None]


def test_a_stream(said: dict[str, Any], things: Things) -> None:
    user, conversation = things.user_id, things.conversation_id

    async def told() -> tuple[list[str], list[str]]:
        transcript = [line async for line in said["transcript"](user, conversation)]
        export = [line async for line in said["export"](user)]
        await async_engine().dispose()
        return transcript, export

    transcript, export = asyncio.run(told())
    assert transcript == [f"user: {SECRET} {number}\n" for number in range(3)]
    assert len(export) == 5


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
    assert said["newest"](user, conversation)[-1] == "new"
    assert said["since"](user, conversation, newer) == ([], newer)


def test_jobs_and_the_probe(
    said: dict[str, Any],
    application: Callable[[str], None],
    engines: dict[str, sa.Engine],
    ada: str,
) -> None:
    assert said["probe"]() == (200, HEAD)
    soon = datetime.now(UTC) + timedelta(hours=1)
    with user_session(ada, engines["owner"]) as session:
        run(session, tasks.create(ada, TaskCreate(title="soon", due_date=soon)))
    application("app_maintenance")
    assert (ada, "soon") in said["due_today"]()


def rows(heading: str) -> dict[str, str]:
    """A table of the page: its first column and its last."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(.+) \|$", section, re.MULTILINE)
    return {line.partition(" | ")[0]: line.rpartition("|")[2].strip() for line in lines}


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
    assert told == set(Settings.model_fields)
