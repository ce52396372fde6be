"""Rows that look like those of people: who they are, what they have to do and what they said.

The same seed gives the same rows, at the same distances from `now`. Faker makes pools of names and
sentences, from which the rows are put together: it is too slow to ask for each of them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from faker import Faker

DAYS = 180
"""How far back it goes."""

_TITLES = (
    "Call {name}",
    "Answer {name}",
    "Send the offer to {company}",
    "Pay the invoice of {company}",
    "Cancel the contract with {company}",
    "Book a train to {city}",
    "Find a hotel in {city}",
    "Buy a present for {name}",
    "Prepare the meeting with {company}",
)
_TAGS = ("work", "home", "urgent", "errands", "calls", "travel", "money", "health", "someday")
_AGENTS = (("Planner", "🗓️"), ("Researcher", "🔎"), ("Coach", "🏃🏽‍♀️"), ("Family desk", "👨‍👩‍👧‍👦"))
_SYSTEM = "You help to keep a list of things to do. Be brief, and ask before you delete."


class Task(NamedTuple):
    """A row of tasks; its columns are the fields."""

    user_id: str
    title: str
    description: str | None
    completed: bool
    tags: list[str]
    due_date: datetime | None
    created_at: datetime
    updated_at: datetime


class Conversation(NamedTuple):
    """A row of conversations."""

    id: UUID
    user_id: str
    title: str
    created_at: datetime
    updated_at: datetime


class Message(NamedTuple):
    """A row of messages; `tool_calls` is JSON."""

    id: UUID
    conversation_id: UUID
    user_id: str
    role: str
    content: str
    tool_calls: str | None
    agent_name: str | None
    agent_icon: str | None
    created_at: datetime


@dataclass(frozen=True)
class Size:
    """How much one user has; `messages` are those of each conversation."""

    conversations: int
    messages: int
    tasks: int

    @property
    def all_messages(self) -> int:
        return self.conversations * self.messages


class Demo:
    """Everything of one run, in the order in which it is asked for."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._random = Random(seed)  # noqa: S311  nothing here is a secret
        self._now = now
        faker = Faker("en_US", use_weighting=False)
        faker.seed_instance(seed)
        self._sentences = [faker.sentence(nb_words=14) for _ in range(400)]
        self._names = [f"{faker.first_name()} {faker.last_name()}" for _ in range(100)]
        self._companies = [faker.company() for _ in range(60)]
        self._cities = [faker.city() for _ in range(60)]

    def tasks(self, user_id: str, size: Size) -> Iterator[Task]:
        """The tasks of one user, the oldest first: most done, some due, few tags used often."""
        for written in self._moments(size.tasks):
            completed = self._random.random() < 0.6
            yield Task(
                user_id,
                self._title(),
                self._text(1, 3) if self._random.random() < 0.4 else None,
                completed,
                self._tags(),
                self._due(written) if self._random.random() < 0.4 else None,
                written,
                written + (self._now - written) * self._random.random() if completed else written,
            )

    def conversations(
        self, user_id: str, size: Size
    ) -> Iterator[tuple[Conversation, list[Message]]]:
        """The conversations of one user, each with its messages, both the oldest first."""
        for last in self._moments(size.conversations):
            times = self._times(size.messages, last)
            began = times[0] if times else last
            thread = Conversation(self._id(began), user_id, self._title(), began, last)
            yield thread, [self._message(thread, turn, at) for turn, at in enumerate(times)]

    def _message(self, thread: Conversation, turn: int, at: datetime) -> Message:
        key = (self._id(at), thread.id, thread.user_id)
        if turn == 0:
            return Message(*key, "system", _SYSTEM, None, None, None, at)
        if turn % 2:
            return Message(*key, "user", self._text(1, 4), None, None, None, at)
        calls = self._tool_calls() if self._random.random() < 0.15 else None
        # An assistant that calls a tool often says nothing beside it.
        content = "" if calls and self._random.random() < 0.5 else self._text(2, 12)
        return Message(*key, "assistant", content, calls, *self._random.choice(_AGENTS), at)

    def _moments(self, count: int) -> list[datetime]:
        span = timedelta(days=DAYS)
        return sorted(self._now - span * self._random.random() for _ in range(count))

    def _times(self, count: int, last: datetime) -> list[datetime]:
        """Return ascending times up to `last`: answers after seconds, questions after minutes."""
        times = []
        at = last
        for turn in reversed(range(count)):
            times.append(at)
            pause = self._random.uniform(1, 15) if turn % 2 == 0 else self._random.uniform(10, 300)
            at -= timedelta(seconds=pause)
        return times[::-1]

    def _id(self, at: datetime) -> UUID:
        """Return a UUIDv7, as the application makes one at that moment."""
        milliseconds = int(at.timestamp() * 1000)
        bits = self._random.getrandbits
        return UUID(int=milliseconds << 80 | 7 << 76 | bits(12) << 64 | 2 << 62 | bits(62))

    def _title(self) -> str:
        choice = self._random.choice
        return choice(_TITLES).format(
            name=choice(self._names), company=choice(self._companies), city=choice(self._cities)
        )

    def _text(self, least: int, most: int) -> str:
        count = self._random.randint(least, most)
        return " ".join(self._random.choices(self._sentences, k=count))

    def _tags(self) -> list[str]:
        weights = [1 / rank for rank in range(1, len(_TAGS) + 1)]
        count = self._random.choice((0, 1, 1, 2, 3))
        return list(dict.fromkeys(self._random.choices(_TAGS, weights, k=count)))

    def _due(self, written: datetime) -> datetime:
        due = max(written, self._now - timedelta(days=20)) + timedelta(
            days=self._random.randint(1, 40)
        )
        return due.replace(hour=17, minute=0, second=0, microsecond=0)

    def _tool_calls(self) -> str:
        call = {
            "id": f"call_{self._random.getrandbits(64):016x}",
            "name": self._random.choice(("add_task", "complete_task", "list_tasks")),
            "arguments": {"title": self._title(), "tags": self._tags()},
        }
        return json.dumps([call])
