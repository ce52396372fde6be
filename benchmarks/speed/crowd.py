"""Every query by many clients at once, each in a session of its own, as app_user."""

import gc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from random import Random
from time import perf_counter, sleep
from typing import TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa

from benchmarks.speed.contenders import Place
from benchmarks.speed.stage import HEAVY, LOGIN, heavy_conversations
from models import ConversationCreate, MessageCreate, TaskCreate, TaskUpdate
from queries import Query, accounts, conversations, messages, run, stream, tasks, user_session
from queries.engines import make_engine
from queries.settings import Settings

PROCESSES = 2
"""One a core; the clients are threads of them."""

Times = dict[str, list[float]]
T = TypeVar("T")


def measure(place: Place, clients: int, seconds: float, pause: float) -> Times:
    """Seconds of each query by name. A client waits `pause` seconds on average between two."""
    context = get_context("spawn")
    each = clients // PROCESSES
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        waiting = [
            pool.submit(_process, place, each, seconds, pause, one) for one in range(PROCESSES)
        ]
        times: Times = {}
        for one in waiting:
            for name, found in one.result().items():
                times.setdefault(name, []).extend(found)
    return times


def _process(place: Place, clients: int, seconds: float, pause: float, seed: int) -> Times:
    settings = Settings(database_url=place.url(user=LOGIN))
    gc.freeze()  # what was imported is not looked at again and again
    engine = make_engine(settings.model_copy(update={"database_pool_size": clients}))
    everybody = PROCESSES * clients
    with psycopg.connect(place.conninfo()) as connection:
        known = heavy_conversations(connection, 100)
        users = connection.execute('SELECT id FROM "user" WHERE id <> %s ORDER BY 1', [HEAVY])
        others = [row[0] for row in users]
    with ThreadPoolExecutor(clients) as pool:
        waiting = [
            pool.submit(_client, _Client(engine, known, others[at::everybody], pause, at), seconds)
            for at in range(seed * clients, (seed + 1) * clients)
        ]
        times: Times = {}
        for one in waiting:
            for name, found in one.result().items():
                times.setdefault(name, []).extend(found)
    engine.dispose()
    return times


class _Client:
    """One of the clients, who asks every query there is, again and again."""

    def __init__(
        self, engine: sa.Engine, known: list[UUID], others: list[str], pause: float, number: int
    ) -> None:
        self.times: Times = {}
        self._pause = pause
        self._engine = engine
        self._known = known
        self._random = Random(number)  # noqa: S311  not a secret
        # Ordinary users, who are deleted one after the other; no other client's.
        self._others = iter(others)

    def ask(self, query: Query[T], name: str) -> T:
        """In a session of its own, whose time is noted."""
        sleep(self._random.uniform(0, 2 * self._pause))
        began = perf_counter()
        with user_session(query.user_id or "", self._engine) as session:
            value = run(session, query)
        self.times.setdefault(name, []).append(perf_counter() - began)
        return value

    def export(self, user: str) -> None:
        sleep(self._random.uniform(0, 2 * self._pause))
        began = perf_counter()
        with user_session(user, self._engine) as session:
            for _ in stream(session, accounts.export(user)):
                pass
        self.times.setdefault("accounts.export", []).append(perf_counter() - began)

    def once(self, counting: str = "accounts.count") -> None:
        """Each query, the heavy user's but for the export of all that somebody has."""
        self._talk()
        self._do()
        self.ask(accounts.count(HEAVY), counting)
        self.export(next(self._others))

    def leaving(self) -> None:
        """The same while users are deleted, whose rows lie in pages of everybody.

        Counting looks at each row in those pages, until autovacuum has been there.
        """
        self.once("accounts.count, while others leave")
        self.ask(accounts.delete(next(self._others)), "accounts.delete")

    def _talk(self) -> None:
        one = self._random.choice(self._known)
        self.ask(conversations.recent(HEAVY, limit=100), "conversations.recent")
        self.ask(conversations.one(HEAVY, one), "conversations.one")
        self.ask(conversations.opened(HEAVY, one), "conversations.opened")
        self.ask(messages.history(HEAVY, one), "messages.history")
        self.ask(messages.last(HEAVY, one), "messages.last")
        self.ask(messages.count(HEAVY, one), "messages.count")
        page = self.ask(messages.latest(HEAVY, one), "messages.latest")
        if page.older:
            page = self.ask(messages.older(HEAVY, one, page.older), "messages.older")
        if page.newer:
            self.ask(messages.newer(HEAVY, one, page.newer), "messages.newer")
        new = self.ask(conversations.create(HEAVY, ConversationCreate()), "conversations.create").id
        self.ask(conversations.rename(HEAVY, new, "new"), "conversations.rename")
        self.ask(messages.append(HEAVY, new, _said()), "messages.append")
        several = [_said() for _ in range(10)]
        self.ask(messages.append_all(HEAVY, new, several), "messages.append_all")
        self.ask(conversations.delete(HEAVY, new), "conversations.delete")

    def _do(self) -> None:
        soon = datetime.now(UTC) + timedelta(days=7)
        self.ask(tasks.listed(HEAVY), "tasks.listed")
        self.ask(tasks.by_completion(HEAVY, False), "tasks.by_completion")
        self.ask(tasks.with_all_tags(HEAVY, ["rare"]), "tasks.with_all_tags")
        self.ask(tasks.with_any_tag(HEAVY, ["home", "rare"]), "tasks.with_any_tag")
        self.ask(tasks.titled(HEAVY, "task 9"), "tasks.titled")
        self.ask(tasks.due_before(HEAVY, soon), "tasks.due_before")
        self.ask(tasks.overdue(HEAVY), "tasks.overdue")
        new = self.ask(tasks.create(HEAVY, TaskCreate(title="new")), "tasks.create")
        self.ask(tasks.one(HEAVY, new.id), "tasks.one")
        changes = TaskUpdate(title="newer")
        self.ask(tasks.update(HEAVY, new.id, changes, seen=new.updated_at), "tasks.update")
        self.ask(tasks.complete(HEAVY, new.id), "tasks.complete")
        self.ask(tasks.delete(HEAVY, new.id), "tasks.delete")


def _said() -> MessageCreate:
    return MessageCreate(role="user", content="What is there to do? " * 20)


def _client(client: _Client, seconds: float) -> Times:
    client.once()  # connects, and prepares some
    client.times.clear()
    for act, share in ((client.once, 0.7), (client.leaving, 0.3)):
        until = perf_counter() + share * seconds
        while perf_counter() < until:
            act()
    return client.times
