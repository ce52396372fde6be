"""What a caller may send: every refusal in its words, and before any SQL."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from models import (
    ConversationCreate,
    ConversationUpdate,
    Input,
    MessageCreate,
    Task,
    TaskCreate,
    TaskUpdate,
)

NAIVE = datetime(2026, 11, 23, 9, 0)
BEFORE_YEAR_1 = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
AFTER_YEAR_9999 = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))

# Two people with skin tones, kissing: the longest of Unicode's recommended emoji.
LONGEST_EMOJI = (
    "\N{WOMAN}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}\N{ZERO WIDTH JOINER}"
    "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}\N{ZERO WIDTH JOINER}"
    "\N{KISS MARK}\N{ZERO WIDTH JOINER}\N{MAN}\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}"
)

EMPTY = ("string_too_short", "String should have at least 1 character")
NUL = ("value_error", "Value error, text must not contain NUL characters")
SURROGATE = ("value_error", "Value error, text must not contain surrogates")
NOT_UNICODE = (
    "string_unicode",
    "Input should be a valid string, unable to parse raw data as a unicode string",
)
NOT_A_STRING = ("string_type", "Input should be a valid string")
NOT_A_LIST = ("list_type", "Input should be a valid list")
MISSING = ("missing", "Field required")
UNKNOWN = ("extra_forbidden", "Extra inputs are not permitted")
NOT_JSON = ("invalid-json-value", "input was not a valid JSON value")
YEARS = ("value_error", "Value error, time must lie between the years 1 and 9999 in UTC")


def too_long(limit: int) -> tuple[str, str]:
    return "string_too_long", f"String should have at most {limit} characters"


def task(**sent: Any) -> dict[str, Any]:
    return {"title": "buy milk", **sent}


def message(**sent: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": "done", **sent}


def called(value: object) -> dict[str, Any]:
    return message(tool_calls=[{"value": value}])


REFUSED = [
    (TaskCreate, task(title="a" * 201), ("title",), too_long(200)),
    (TaskCreate, task(title=""), ("title",), EMPTY),
    (TaskCreate, task(title=None), ("title",), NOT_A_STRING),
    (TaskCreate, task(title="a\0"), ("title",), NUL),
    (TaskCreate, task(title="\ud83d"), ("title",), NOT_UNICODE),
    (TaskCreate, {}, ("title",), MISSING),
    (TaskCreate, task(user_id="somebody else"), ("user_id",), UNKNOWN),
    (TaskCreate, task(description="\0"), ("description",), NUL),
    (TaskCreate, task(tags=[""]), ("tags", 0), EMPTY),
    (TaskCreate, task(tags=["home", "a" * 101]), ("tags", 1), too_long(100)),
    (TaskCreate, task(tags=["a\0"]), ("tags", 0), NUL),
    (TaskCreate, task(tags=[None]), ("tags", 0), NOT_A_STRING),
    (TaskCreate, task(tags="home"), ("tags",), NOT_A_LIST),
    (
        TaskCreate,
        task(due_date=NAIVE),
        ("due_date",),
        ("timezone_aware", "Input should have timezone info"),
    ),
    (TaskCreate, task(due_date=BEFORE_YEAR_1), ("due_date",), YEARS),
    (TaskCreate, task(due_date=AFTER_YEAR_9999), ("due_date",), YEARS),
    (TaskUpdate, {"title": ""}, ("title",), EMPTY),
    (TaskUpdate, {"title": None}, ("title",), NOT_A_STRING),
    (
        TaskUpdate,
        {"completed": None},
        ("completed",),
        ("bool_type", "Input should be a valid boolean"),
    ),
    (TaskUpdate, {"tags": None}, ("tags",), NOT_A_LIST),
    (TaskUpdate, {"id": 2}, ("id",), UNKNOWN),
    (ConversationCreate, {"title": "a" * 201}, ("title",), too_long(200)),
    (ConversationCreate, {"titel": "a"}, ("titel",), UNKNOWN),
    (ConversationUpdate, {"title": "a" * 201}, ("title",), too_long(200)),
    (ConversationUpdate, {"title": "\0"}, ("title",), NUL),
    (
        MessageCreate,
        message(role="robot"),
        ("role",),
        ("literal_error", "Input should be 'user', 'assistant' or 'system'"),
    ),
    (MessageCreate, {"content": "done"}, ("role",), MISSING),
    (MessageCreate, {"role": "user"}, ("content",), MISSING),
    (MessageCreate, message(content=None), ("content",), NOT_A_STRING),
    (MessageCreate, message(content="a" * 10_001), ("content",), too_long(10_000)),
    (MessageCreate, message(content="\udc00"), ("content",), NOT_UNICODE),
    (MessageCreate, message(agent_name="a" * 51), ("agent_name",), too_long(50)),
    (MessageCreate, message(agent_icon=LONGEST_EMOJI + "!"), ("agent_icon",), too_long(10)),
    (MessageCreate, message(tool_calls={"name": "add"}), ("tool_calls",), NOT_A_LIST),
    (
        MessageCreate,
        message(tool_calls=["add"]),
        ("tool_calls", 0),
        ("dict_type", "Input should be a valid dictionary"),
    ),
    (MessageCreate, message(tool_calls=[{"\0": 1}]), ("tool_calls", 0), NUL),
    (MessageCreate, message(tool_calls=[{"\ud83d": 1}]), ("tool_calls", 0), SURROGATE),
    (MessageCreate, called("\0"), ("tool_calls", 0), NUL),
    # A pair of them is no text either: jsonb would give another string back, of one character.
    (MessageCreate, called(["\ud83d\ude00"]), ("tool_calls", 0), SURROGATE),
    (
        MessageCreate,
        called(math.nan),
        ("tool_calls", 0),
        ("value_error", "Value error, numbers must be finite"),
    ),
    (
        MessageCreate,
        called({"deep": [10**4300]}),
        ("tool_calls", 0),
        ("value_error", "Value error, numbers must have at most 4300 digits"),
    ),
    (MessageCreate, called(datetime.now(UTC)), ("tool_calls", 0, "value"), NOT_JSON),
]

ACCEPTED = [
    (TaskCreate, task(title="a" * 200)),
    (TaskCreate, task(title=" ", description="", tags=["a" * 100])),
    (TaskCreate, task(due_date=datetime.min.replace(tzinfo=UTC))),
    (TaskCreate, task(due_date=datetime.max.replace(tzinfo=UTC))),
    (TaskUpdate, {"description": None, "due_date": None}),
    (ConversationCreate, {"title": "a" * 200}),
    (ConversationUpdate, {"title": None}),
    (MessageCreate, message(content="", tool_calls=[{}])),
    (MessageCreate, message(content="a" * 10_000, agent_name="a" * 50)),
    (MessageCreate, message(agent_icon=LONGEST_EMOJI)),
    (MessageCreate, called(10**4300 - 1)),
    (MessageCreate, message(tool_calls=None, agent_name=None, agent_icon=None)),
]


@pytest.mark.parametrize(("model", "sent", "where", "words"), REFUSED)
def test_it_says_what_is_wrong_and_where(
    model: type[Input], sent: dict[str, Any], where: tuple[str | int, ...], words: tuple[str, str]
) -> None:
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(sent)
    (error,) = refusal.value.errors(include_input=False)
    assert (error["loc"], (error["type"], error["msg"])) == (where, words)


@pytest.mark.parametrize(("model", "sent"), ACCEPTED)
def test_it_takes_what_is_just_within_the_limits(model: type[Input], sent: dict[str, Any]) -> None:
    assert model.model_validate(sent).model_dump(exclude_unset=True) == sent


def test_the_longest_emoji_has_as_many_characters_as_fit() -> None:
    assert len(LONGEST_EMOJI) == 10


def test_only_what_was_sent_changes() -> None:
    assert TaskUpdate(completed=True).model_dump(exclude_unset=True) == {"completed": True}
    assert TaskUpdate(due_date=None).model_dump(exclude_unset=True) == {"due_date": None}
    assert TaskUpdate().model_dump(exclude_unset=True) == {}


def test_a_time_of_any_zone_becomes_utc() -> None:
    karachi = timezone(timedelta(hours=5))
    sent = TaskCreate(title="call", due_date=datetime(2026, 11, 23, 3, 0, tzinfo=karachi))
    assert sent.due_date == datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    assert sent.due_date.utcoffset() == timedelta(0)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(ValidationError) as refusal:
        MessageCreate.model_validate({"role": "user", "content": "my secret" * 2000})
    assert "my secret" not in str(refusal.value)


def test_the_table_refuses_in_the_same_words() -> None:
    task = Task(user_id="ada", title="buy milk")
    with pytest.raises(ValidationError, match="String should have at least 1 character"):
        task.title = ""
    with pytest.raises(ValidationError, match="text must not contain NUL characters"):
        Task(user_id="ada", title="a\0")
