"""What the application asks for: the statements of Phase II's API and of Better Auth.

Written as SQLAlchemy sends them, casts included, so that a prepared one has the parameter types
that it has in production. Each operation is one transaction, as one request is.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import psycopg

TASKS_PER_USER = 20
HELD = 1
"""The task that the holders write: no client ever does, so a holder by itself delays nobody."""

_COLUMNS = ", ".join(
    f"tasks.{name}"
    for name in (
        "id",
        "user_id",
        "title",
        "description",
        "completed",
        "created_at",
        "updated_at",
    )
)
_LIST = f"""
SELECT {_COLUMNS} FROM tasks
WHERE tasks.user_id = %(user_id)s::VARCHAR ORDER BY tasks.created_at DESC
"""
_ONE = f"SELECT {_COLUMNS} FROM tasks WHERE tasks.id = %(id)s::INTEGER"
_INSERT = """
INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)
VALUES (
    %(user_id)s::VARCHAR, %(title)s::VARCHAR, %(description)s::VARCHAR, %(completed)s,
    %(now)s::TIMESTAMP WITHOUT TIME ZONE, %(now)s::TIMESTAMP WITHOUT TIME ZONE
)
RETURNING tasks.id
"""
_UPDATE = """
UPDATE tasks SET completed = %(completed)s, updated_at = %(now)s::TIMESTAMP WITHOUT TIME ZONE
WHERE tasks.id = %(id)s::INTEGER
"""
_READ_USER = """
SELECT id, name, email, "emailVerified", "createdAt" FROM "user" WHERE email = %(email)s
"""
_SIGN_UP = """
INSERT INTO "user" (id, name, email, "emailVerified") VALUES (%(id)s, %(name)s, %(email)s, false)
RETURNING id
"""
_UPDATE_USER = """
UPDATE "user" SET name = %(name)s, "updatedAt" = now() WHERE id = %(id)s RETURNING id
"""


class WrongAnswer(Exception):
    """The database answered, but not what it holds."""


@dataclass
class Written:
    """What the database acknowledged to one client, to be looked for afterwards."""

    inserted: dict[int, str] = field(default_factory=dict)
    """Title by task id."""
    completed: dict[int, bool] = field(default_factory=dict)
    """Last value by task id; no two clients write one task."""
    signed_up: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Client:
    """One of `clients`, numbered from 0, with what it has written."""

    number: int
    clients: int
    tasks: int
    random: Random
    written: Written

    def task(self) -> int:
        """A task that only this client writes."""
        return (
            (HELD + 1)
            + self.number
            + self.clients
            * self.random.randrange((self.tasks - HELD - self.clients) // self.clients)
        )

    def user(self) -> int:
        """A user that only this client writes."""
        users = self.tasks // TASKS_PER_USER
        return self.number + self.clients * self.random.randrange(users // self.clients)


Operation = Callable[[psycopg.Connection, Client], None]


def user_id(number: int) -> str:
    """The id of a user of the load: 32 characters, as Better Auth's are."""
    return f"{number:032d}"


def list_tasks(connection: psycopg.Connection, client: Client) -> None:
    rows = connection.execute(_LIST, {"user_id": user_id(client.user())}).fetchall()
    _expect(bool(rows), "a user's tasks are not listed")


def insert(connection: psycopg.Connection, client: Client) -> None:
    title = f"written meanwhile {secrets.token_hex(4)}"
    values = {
        "user_id": user_id(client.user()),
        "title": title,
        "description": None,
        "completed": False,
        "now": _now(),
    }
    (task,) = connection.execute(_INSERT, values).fetchone() or (None,)
    connection.commit()
    _expect(task is not None, "an inserted task has no id")
    client.written.inserted[int(task or 0)] = title
    found = connection.execute(_ONE, {"id": task}).fetchone()  # as Session.refresh does
    _expect(found is not None and found[2] == title, "an inserted task cannot be read")


def update(connection: psycopg.Connection, client: Client) -> None:
    task = client.task()
    found = connection.execute(_ONE, {"id": task}).fetchone()
    _expect(found is not None, "a task cannot be read")
    completed = client.random.random() < 0.5
    done = connection.execute(_UPDATE, {"id": task, "completed": completed, "now": _now()})
    _expect(done.rowcount == 1, "an update found no task")
    connection.commit()
    client.written.completed[task] = completed


def read_user(connection: psycopg.Connection, client: Client) -> None:
    email = f"{user_id(client.user())}@load.example"
    found = connection.execute(_READ_USER, {"email": email}).fetchone()
    _expect(found is not None, "a user cannot be read")


def sign_up(connection: psycopg.Connection, client: Client) -> None:
    new = secrets.token_hex(16)
    values = {"id": new, "name": "new", "email": f"{new}@load.example"}
    connection.execute(_SIGN_UP, values)
    connection.commit()
    client.written.signed_up.append(new)


def update_user(connection: psycopg.Connection, client: Client) -> None:
    values = {"id": user_id(client.user()), "name": secrets.token_hex(4)}
    found = connection.execute(_UPDATE_USER, values).fetchone()
    _expect(found is not None, "an update found no user")


@dataclass(frozen=True)
class Service:
    """A program with connections of its own: how many, as which role, and what it asks for.

    `rate` is its share of all operations; the weights of `mix` are among its own.
    """

    role: str
    clients: int
    rate: float
    mix: dict[Operation, int]


# Two services, as in production, so that "user" is still asked for when tasks is not to be had.
SERVICES = (
    Service("migrator", 5, 0.7, {list_tasks: 35, insert: 15, update: 20}),
    Service("better_auth", 3, 0.3, {read_user: 15, sign_up: 5, update_user: 10}),
)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)  # Phase II's datetime.utcnow()


def _expect(true: bool, otherwise: str) -> None:
    if not true:
        raise WrongAnswer(otherwise)
