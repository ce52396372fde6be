"""Every revision boundary as a database to clone, with rows, and what an undisturbed step makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from benchmarks.faults import instrument
from migrator import catalog, embedded, runner
from migrator.catalog import Catalog
from migrator.connection import engine
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.record import TOOLS_OWN
from migrator.sandbox import Seed

ROOT = Path(__file__).parent.parent.parent

_BETTER_AUTH = Seed(ROOT / "models" / "better_auth.sql", "better_auth", ("user",))
_TABLES = ("user", "tasks", "conversations", "messages")
# Rows as soon as there is room for them, by the first table or column that they need.
_ROWS = {
    "user": """
        INSERT INTO "user" (id, name, email, "emailVerified")
        SELECT lpad(n::text, 32, '0'), 'user', n || '@fault.example', true
        FROM generate_series(1, 9) n
    """,
    "tasks": """
        INSERT INTO tasks (user_id, title, completed, created_at, updated_at)
        SELECT lpad((1 + n % 9)::text, 32, '0'), 'task ' || n, n % 2 = 0,
            timestamp '2026-01-01' + n * interval '1 hour', timestamp '2026-06-01'
        FROM generate_series(1, 200) n
    """,
    "tasks.tags": """
        UPDATE tasks SET tags = ARRAY['a', 'b'], due_date = '2027-01-01 12:00+00' WHERE id % 3 = 0
    """,
    "conversations": """
        INSERT INTO conversations (id, user_id, title)
        SELECT lpad(n::text, 32, '0')::uuid, lpad((1 + n % 9)::text, 32, '0'), 'about ' || n
        FROM generate_series(1, 20) n
    """,
    "messages": """
        INSERT INTO messages (conversation_id, user_id, role, content)
        SELECT id, user_id, 'user', 'said in ' || title FROM conversations
    """,
}
_DESTROYS = ("tasks", "tasks.tags", "tasks.due_date", "conversations", "messages")
_HAS = "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
_CHECKSUM = "SELECT md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM {} AS t"


@dataclass(frozen=True)
class Step:
    """One revision in one direction; `start` and `end` are boundaries (None: base)."""

    direction: str
    revision: str
    title: str
    start: str | None
    end: str | None

    def run(self, url: str) -> None:
        """Make this step, and no other, as `make upgrade` and `make downgrade` do."""
        if self.direction == "upgrade":
            runner.upgrade(project(url), self.revision)
        else:
            runner.downgrade(project(url), self.end or "base", _DESTROYS)


@dataclass(frozen=True)
class State:
    """All of a database that a step must leave as it should be."""

    revision: str | None
    schema: Catalog
    rows: dict[str, str]
    """A checksum over the rows of each table that there is."""

    def __sub__(self, wanted: "State") -> list[str]:
        """What differs from the wanted state."""
        found = [str(one) for one in catalog.differences(wanted.schema, self.schema)]
        if self.revision != wanted.revision:
            found.append(f"stamped {self.revision}, expected {wanted.revision}")
        if self.rows != wanted.rows:
            found.append(f"rows {self.rows}, expected {wanted.rows}")
        return found


class Boundaries:
    """The databases, all on one server, and the steps between them."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.steps: list[Step] = []
        self.states: dict[str | None, State] = {}
        """As each template is, with its rows."""
        self.ends: dict[Step, State] = {}
        """After each step, undisturbed."""
        self.sent: dict[Step, list[str]] = {}
        """The statements and commits of each step."""
        self._filled: set[str] = set()

    def build(self, revisions: int | None = None) -> None:
        """Climb from Better Auth's tables, leaving a template at each boundary.

        To head, or over the first `revisions` only.
        """
        embedded.ensure_database(self.server, _template(None), EMBEDDED_ROLE, _BETTER_AUTH)
        self._settle(None)
        for script in runner.pending(project(self.url(_template(None))), None)[:revisions]:
            below = script.down_revision
            assert below is None or isinstance(below, str)  # noqa: S101  history is linear
            names = (script.revision, runner.title(script))
            up = Step("upgrade", *names, below, script.revision)
            down = Step("downgrade", *names, script.revision, below)
            self._copy(_template(below), _template(script.revision))
            self._run(up, _template(script.revision))
            self._settle(script.revision)
            with self.clone(down.start) as name:
                self._run(down, name)
            self.steps += [up, down]

    def url(self, database: str) -> str:
        return self.server.url(database, EMBEDDED_ROLE)

    @contextmanager
    def clone(self, revision: str | None) -> Iterator[str]:
        """A fresh database at this boundary, by name."""
        name = "struck"
        self._copy(_template(revision), name)
        try:
            yield name
        finally:
            self._drop(name)

    def state(self, database: str) -> State:
        with engine(sa.make_url(self.server.url(database))).connect() as connection:
            stamped = runner.current(connection)
            schema = catalog.read(connection).without(TOOLS_OWN)
            rows = {}
            for table in _TABLES:
                if connection.exec_driver_sql("SELECT to_regclass(%s)", (f'"{table}"',)).scalar():
                    checksum = connection.exec_driver_sql(_CHECKSUM.format(f'"{table}"'))
                    rows[table] = str(checksum.scalar())
        return State(stamped, schema, rows)

    def _run(self, step: Step, database: str) -> None:
        self.sent[step] = instrument.traced(lambda: step.run(self.url(database)))
        self.ends[step] = self.state(database)

    def _settle(self, revision: str | None) -> None:
        """Put the rows in for which this revision made room, and remember the template."""
        database = _template(revision)
        with self.server.connect(database) as admin:
            for place, insert in _ROWS.items():
                table, _, column = place.partition(".")
                here = admin.execute(_HAS, [f'"{table}"', column or "id"]).fetchone()
                if here and place not in self._filled:
                    admin.execute(insert.encode())
                    self._filled.add(place)
        self.states[revision] = self.state(database)

    def _copy(self, template: str, name: str) -> None:
        self._drop(name)
        with self.server.connect() as admin:
            self._create(admin, template, name)

    def _create(self, admin: psycopg.Connection, template: str, name: str) -> None:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        identifiers = map(sql.Identifier, (name, template, EMBEDDED_ROLE))
        admin.execute(create.format(*identifiers))

    def _drop(self, name: str) -> None:
        with self.server.connect() as admin:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            admin.execute(drop.format(sql.Identifier(name)))


def project(url: str) -> Project:
    """Read anew each time, as each process does."""
    return Project.load(ROOT / "alembic.ini", url)


def _template(revision: str | None) -> str:
    return f"boundary_{revision or 'base'}"
