"""Everything of a user: counted, exported, deleted."""

import json

import sqlalchemy as sa

from models import Conversation, Message, Task
from queries import accounts, stream, user_session
from queries.accounts import Counts
from tests.queries.conftest import Ask
from tests.queries.things import Things, fill


def test_all_of_it_is_counted_and_deleted(
    ask: Ask, engines: dict[str, sa.Engine], bob: str, things: Things
) -> None:
    fill(engines["owner"], bob)
    user = things.user_id
    everything = Counts(tasks=1, conversations=1, messages=3)
    assert ask(user, accounts.count(user)) == everything
    assert ask(user, accounts.delete(user)) == everything
    assert ask(user, accounts.count(user)) == Counts(0, 0, 0)
    assert ask(user, accounts.delete(user)) == Counts(0, 0, 0)
    assert ask(bob, accounts.count(bob)) == everything


def test_an_export_has_every_column_of_every_row(ask: Ask, things: Things) -> None:
    lines = [json.loads(row.line) for row in ask(things.user_id, accounts.export(things.user_id))]
    assert [line["table"] for line in lines] == ["tasks", "conversations", *["messages"] * 3]
    for model, line in zip((Task, Conversation, Message), lines[:3], strict=True):
        assert list(line) == ["table", *sa.inspect(model).columns.keys()]
        assert line["user_id"] == things.user_id
        assert line["created_at"].endswith("+00:00")
    assert [line["content"][-1] for line in lines[2:]] == ["0", "1", "2"]


def test_an_export_is_streamed(engine: sa.Engine, things: Things) -> None:
    with user_session(things.user_id, engine) as session:
        assert len(list(stream(session, accounts.export(things.user_id)))) == 5
